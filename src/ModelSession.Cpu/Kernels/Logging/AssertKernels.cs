using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Logging;

/// <summary>Nodes that check values or write them out.</summary>
internal static class AssertKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Assert", Assert);
        table.Add("CheckNumerics", "T", TypeSet.Floats, CheckNumerics);
        table.Add("CheckNumericsV2", "T", TypeSet.Floats, CheckNumerics);
        table.Add("Print", Print);
    }

    private static Kernel Assert(GraphOperation node, CpuSession session)
    {
        int shown = (int)node.Int("summarize");
        return context =>
        {
            Value condition = context.Input(0);
            if (condition.Rank != 0)
            {
                throw Failure.Invalid($"In[0] should be a scalar: {condition.Shape}");
            }

            if (!condition.Span<bool>()[0])
            {
                throw Failure.Invalid($"assertion failed: {Summary(context, 1, shown)}");
            }
        };
    }

    private static Kernel Print(GraphOperation node, CpuSession session)
    {
        string message = node.String("message");
        long limit = node.Int("first_n"), calls = 0;
        int shown = (int)node.Int("summarize");
        return context =>
        {
            if (limit < 0 || Interlocked.Increment(ref calls) <= limit)
            {
                Console.Error.WriteLine(message + Summary(context, 1, shown));
            }

            context.Share(0, 0);
        };
    }

    private static Kernel CheckNumerics(GraphOperation node, CpuSession session)
    {
        string message = node.String("message");
        return context =>
        {
            Value x = context.Input(0);
            (bool infinite, bool nan) = x.DType == DType.Float64 ? Find(x.Span<double>()) : Find(context.Widen(x).Span<float>());
            if (infinite || nan)
            {
                throw Failure.Invalid($"{message} : Tensor had {(infinite && nan ? "Inf and NaN" : nan ? "NaN" : "Inf")} values");
            }

            context.Share(0, 0);
        };
    }

    private static (bool Infinite, bool Nan) Find<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.IFloatingPointIeee754<T>
    {
        bool infinite = false, nan = false;
        foreach (T value in values)
        {
            infinite |= T.IsInfinity(value);
            nan |= T.IsNaN(value);
        }

        return (infinite, nan);
    }

    private static string Summary(KernelContext context, int first, int shown)
    {
        StringBuilder text = new();
        for (int i = first; i < context.InputCount; i++)
        {
            Value value = context.Input(i);
            long count = System.Math.Min(value.LongCount, shown < 0 ? long.MaxValue : shown);
            text.Append('[');
            for (int k = 0; k < count; k++)
            {
                text.Append(k > 0 ? " " : "").Append(Element(value, k));
            }

            text.Append(value.LongCount > count ? "...]" : "]");
        }

        return text.ToString();
    }

    private static string Element(Value value, int index) => value.DType switch
    {
        DType.String => value.Objects[index] is byte[] bytes ? Encoding.UTF8.GetString(bytes) : "",
        DType.Bool => value.Span<bool>()[index] ? "1" : "0",
        DType.Float32 => value.Span<float>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Float64 => value.Span<double>()[index].ToString(CultureInfo.InvariantCulture),
        DType.Int32 or DType.Int64 => value.Integer(index).ToString(CultureInfo.InvariantCulture),
        _ => value.DType.Name(),
    };
}
