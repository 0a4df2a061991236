using System.Collections.Frozen;
using System.Numerics;

namespace ModelSessions;

/// <summary>Facts about <see cref="DType"/>s: size, TensorFlow's name, the .NET type that holds an element.</summary>
public static class DTypes
{
    private const int RefOffset = 100;

    private static readonly (DType DType, int Size, string Name, Type Element)[] s_table =
    [
        (DType.Float32, 4, "float32", typeof(float)),
        (DType.Float64, 8, "float64", typeof(double)),
        (DType.Int32, 4, "int32", typeof(int)),
        (DType.UInt8, 1, "uint8", typeof(byte)),
        (DType.Int16, 2, "int16", typeof(short)),
        (DType.Int8, 1, "int8", typeof(sbyte)),
        (DType.String, 0, "string", typeof(byte[])),
        (DType.Complex64, 8, "complex64", typeof(Complex64)),
        (DType.Int64, 8, "int64", typeof(long)),
        (DType.Bool, 1, "bool", typeof(bool)),
        (DType.QInt8, 1, "qint8", typeof(sbyte)),
        (DType.QUInt8, 1, "quint8", typeof(byte)),
        (DType.QInt32, 4, "qint32", typeof(int)),
        (DType.BFloat16, 2, "bfloat16", typeof(BFloat16)),
        (DType.QInt16, 2, "qint16", typeof(short)),
        (DType.QUInt16, 2, "quint16", typeof(ushort)),
        (DType.UInt16, 2, "uint16", typeof(ushort)),
        (DType.Complex128, 16, "complex128", typeof(Complex)),
        (DType.Float16, 2, "float16", typeof(Half)),
        (DType.Resource, 0, "resource", typeof(object)),
        (DType.Variant, 0, "variant", typeof(object)),
        (DType.UInt32, 4, "uint32", typeof(uint)),
        (DType.UInt64, 8, "uint64", typeof(ulong)),
        (DType.Float8E5M2, 1, "float8_e5m2", typeof(byte)),
        (DType.Float8E4M3FN, 1, "float8_e4m3fn", typeof(byte)),
        (DType.Int4, 1, "int4", typeof(sbyte)),
        (DType.UInt4, 1, "uint4", typeof(byte)),
    ];

    // Several dtypes share sbyte and byte: plain integers own them, quantised ones do not.
    private static readonly FrozenDictionary<Type, DType> s_byElement = s_table
        .Where(row => row.Element != typeof(object) && !IsQuantised(row.DType) && row.DType <= DType.UInt64)
        .ToFrozenDictionary(row => row.Element, row => row.DType);

    private static readonly FrozenDictionary<DType, (int Size, string Name, Type Element)> s_byDType =
        s_table.ToFrozenDictionary(row => row.DType, row => (row.Size, row.Name, row.Element));

    // By number, -1 where there is no such type: sizes are asked for at every turn.
    private static readonly int[] s_sizes =
        [.. Enumerable.Range(0, s_table.Max(row => (int)row.DType) + 1).Select(number => s_byDType.TryGetValue((DType)number, out var row) ? row.Size : -1)];

    /// <summary>The type whose elements are held as <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException">No dtype is held as <typeparamref name="T"/>.</exception>
    public static DType Of<T>() => s_byElement.TryGetValue(typeof(T), out DType dtype)
        ? dtype
        : throw new ArgumentException($"No dtype has elements of type {typeof(T)}.");

    /// <summary>The type of an element type given at run time; <see cref="DType.Invalid"/> if there is none.</summary>
    public static DType Of(Type element) => s_byElement.GetValueOrDefault(element);

    /// <summary>Bytes of one element; 0 for strings, resources and variants.</summary>
    public static int Size(this DType dtype) => dtype.IsKnown() ? s_sizes[(int)dtype] : Row(dtype).Size;

    /// <summary>TensorFlow's name: <c>float32</c>, <c>string</c>, …</summary>
    public static string Name(this DType dtype) => s_byDType.TryGetValue(dtype, out var row) ? row.Name : $"dtype({(int)dtype})";

    /// <summary>The .NET type of an element.</summary>
    public static Type ElementType(this DType dtype) => Row(dtype).Element;

    /// <summary>Whether the number is a known dtype.</summary>
    public static bool IsKnown(this DType dtype) => (uint)dtype < (uint)s_sizes.Length && s_sizes[(int)dtype] >= 0;

    /// <summary>float16, bfloat16, float32, float64.</summary>
    public static bool IsFloating(this DType dtype) => dtype is DType.Float16 or DType.BFloat16 or DType.Float32 or DType.Float64;

    /// <summary>complex64, complex128.</summary>
    public static bool IsComplex(this DType dtype) => dtype is DType.Complex64 or DType.Complex128;

    /// <summary>Signed and unsigned integers, quantised ones apart.</summary>
    public static bool IsInteger(this DType dtype) => dtype is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64
        or DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64 or DType.Int4 or DType.UInt4;

    /// <summary>The quantised integers.</summary>
    public static bool IsQuantised(this DType dtype) => dtype is DType.QInt8 or DType.QUInt8 or DType.QInt16 or DType.QUInt16 or DType.QInt32;

    /// <summary>Whether elements are objects (strings, resources, variants), not bytes.</summary>
    public static bool IsObject(this DType dtype) => dtype is DType.String or DType.Resource or DType.Variant;

    /// <summary>Parses TensorFlow's name (<c>float32</c>), its enum name (<c>DT_FLOAT</c>) is not accepted.</summary>
    public static bool TryParse(string name, out DType dtype)
    {
        foreach (var row in s_table)
        {
            if (string.Equals(row.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                dtype = row.DType;
                return true;
            }
        }

        dtype = DType.Invalid;
        return false;
    }

    internal static DType FromProto(Protos.DataType type, out bool isRef)
    {
        int number = (int)type;
        isRef = number > RefOffset;
        return (DType)(isRef ? number - RefOffset : number);
    }

    internal static DType FromProto(Protos.DataType type) => FromProto(type, out _);

    internal static Protos.DataType ToProto(this DType dtype, bool isRef = false) => (Protos.DataType)((int)dtype + (isRef ? RefOffset : 0));

    private static (int Size, string Name, Type Element) Row(DType dtype) => s_byDType.TryGetValue(dtype, out var row)
        ? row
        : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Not a known dtype.");
}
