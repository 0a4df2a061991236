using System.Globalization;
using System.Numerics;
using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Numbers as strings, and strings as numbers.</summary>
internal static class NumberKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("AsString", "T", TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.Bool, DType.String), AsString);
        table.Add("StringToNumber", ToNumber);
    }

    /// <summary>Reads a number as C's strtod and strtol do, with spaces around; null if it is none.</summary>
    public static T? Parse<T>(byte[] text)
        where T : struct, INumber<T>
    {
        string trimmed = Encoding.Latin1.GetString(text).Trim(' ', '\t', '\n', '\r', '\v', '\f');
        NumberStyles style = T.One / (T.One + T.One) == T.Zero ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        string plain = trimmed.TrimStart('+', '-').ToLowerInvariant();
        if (style == NumberStyles.Float && plain is "inf" or "infinity" or "nan")
        {
            double special = plain == "nan" ? double.NaN : double.PositiveInfinity;
            return T.CreateTruncating(trimmed.StartsWith('-') ? -special : special);
        }

        return T.TryParse(trimmed, style, CultureInfo.InvariantCulture, out T value) ? value : null;
    }

    private static Kernel ToNumber(GraphOperation node, CpuSession session) => node.DType("out_type") switch
    {
        DType.Float32 => To<float>,
        DType.Float64 => To<double>,
        DType.Int32 => To<int>,
        DType.Int64 => To<long>,
        DType.UInt32 => To<uint>,
        DType.UInt64 => To<ulong>,
        DType other => throw new UnsupportedFeatureException($"Node '{node.Name}': strings are not read as {other.Name()}.", $"StringToNumber (out_type={other.Name()})"),
    };

    private static void To<T>(KernelContext context)
        where T : unmanaged, INumber<T> =>
        Text.Measure(context, text => Parse<T>(text) ?? throw Failure.Invalid($"StringToNumberOp could not correctly convert string: {Text.Show(text)}"));

    private static Kernel AsString(GraphOperation node, CpuSession session)
    {
        (int precision, int width, string fill) = ((int)node.Int("precision"), (int)node.Int("width"), node.String("fill"));
        (bool scientific, bool shortest, DType dtype) = (node.Bool("scientific"), node.Bool("shortest"), node.DType("T"));
        bool isNumber = dtype.IsFloating() || dtype.IsComplex();
        string? fault = scientific && shortest ? "Cannot select both scientific and shortest notation"
            : precision > -1 && !isNumber ? $"precision not supported for datatype {dtype.Name()}"
            : (scientific || shortest) && !isNumber ? $"scientific and shortest format not supported for datatype {dtype.Name()}"
            : fill.Length > 1 ? "Fill string must be one or fewer characters"
            : null;
        if (fault is not null)
        {
            throw new EngineException(StatusCode.InvalidArgument, fault, node.Name);
        }

        string Number(double value) => shortest ? NumberText.General(value, precision < 0 ? 6 : precision)
            : scientific ? NumberText.Scientific(value, precision < 0 ? 6 : precision)
            : NumberText.Fixed(value, precision < 0 ? 6 : precision);
        return context =>
        {
            Value x = context.Input(0);
            Value wide = context.Widen(x);
            Span<object?> y = context.Allocate(0, x.Dimensions).Objects;
            for (int i = 0; i < y.Length; i++)
            {
                Interruption.Check();
                y[i] = dtype == DType.String ? Text.At(x, i) : Encoding.UTF8.GetBytes(Pad(Show(wide, i, Number), width, fill));
            }
        };
    }

    private static string Show(Value x, int index, Func<double, string> number) => x.DType switch
    {
        DType.Float32 => number(x.Span<float>()[index]),
        DType.Float64 => number(x.Span<double>()[index]),
        DType.Bool => x.Span<bool>()[index] ? "true" : "false",
        DType.Complex64 => $"({number(x.Span<Complex64>()[index].Real)},{number(x.Span<Complex64>()[index].Imaginary)})",
        DType.Complex128 => $"({number(x.Span<Complex>()[index].Real)},{number(x.Span<Complex>()[index].Imaginary)})",
        DType.UInt32 => x.Span<uint>()[index].ToString(CultureInfo.InvariantCulture),
        DType.UInt64 => x.Span<ulong>()[index].ToString(CultureInfo.InvariantCulture),
        _ => x.Integer(index).ToString(CultureInfo.InvariantCulture),
    };

    // The flags of printf: 0 fills after the sign, - aligns left, + and space mark positive numbers.
    private static string Pad(string text, int width, string fill)
    {
        bool digits = char.IsAsciiDigit(text[0]);
        text = fill is "+" or " " && digits ? fill + text : text;
        int missing = System.Math.Max(0, width - text.Length);
        int sign = text[0] is '-' or '+' ? 1 : 0;
        return fill switch
        {
            "-" => text + new string(' ', missing),
            "0" => text[..sign] + new string('0', missing) + text[sign..],
            _ => new string(' ', missing) + text,
        };
    }
}
