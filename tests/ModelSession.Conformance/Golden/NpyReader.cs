using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelSessions.Conformance.Golden;

/// <summary>Reads NumPy's .npy: one array, C order, little-endian.</summary>
public static partial class NpyReader
{
    /// <summary>The array as a tensor.</summary>
    /// <exception cref="InvalidDataException">Not such an array.</exception>
    public static Tensor Read(Stream stream)
    {
        Span<byte> start = stackalloc byte[10];
        stream.ReadExactly(start);
        if (start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
        {
            throw new InvalidDataException("Not a .npy array.");
        }

        byte[] header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start[8..])];
        stream.ReadExactly(header);
        string text = Encoding.ASCII.GetString(header);
        Match match = Header().Match(text);
        if (!match.Success || match.Groups["order"].Value != "False")
        {
            throw new InvalidDataException($"A .npy header of an unknown form: {text}");
        }

        long[] dimensions =
        [
            .. match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(size => long.Parse(size, CultureInfo.InvariantCulture)),
        ];
        Tensor tensor = Tensor.Uninitialized(ToDType(match.Groups["descr"].Value), Shape.Create(dimensions));
        stream.ReadExactly(tensor.Bytes());
        return tensor;
    }

    private static DType ToDType(string descr) => descr switch
    {
        "<f4" => DType.Float32,
        "<f8" => DType.Float64,
        "<f2" => DType.Float16,
        "|i1" => DType.Int8,
        "<i2" => DType.Int16,
        "<i4" => DType.Int32,
        "<i8" => DType.Int64,
        "|u1" => DType.UInt8,
        "<u2" => DType.UInt16,
        "<u4" => DType.UInt32,
        "<u8" => DType.UInt64,
        "|b1" => DType.Bool,
        "<c8" => DType.Complex64,
        "<c16" => DType.Complex128,
        _ => throw new InvalidDataException($"Arrays of '{descr}' are not known here."),
    };

    [GeneratedRegex(@"'descr':\s*'(?<descr>[^']+)',\s*'fortran_order':\s*(?<order>\w+),\s*'shape':\s*\((?<shape>[^)]*)\)")]
    private static partial Regex Header();
}
