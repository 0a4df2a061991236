namespace ModelSessions;

/// <summary>Element types of tensors. The numbers are TensorFlow's <c>DataType</c>; a ref type (number + 100) is told by
/// <see cref="GraphTensor.IsRef"/> instead.</summary>
public enum DType
{
    /// <summary>No type.</summary>
    Invalid = 0,

    /// <summary>32-bit IEEE 754.</summary>
    Float32 = 1,

    /// <summary>64-bit IEEE 754.</summary>
    Float64 = 2,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 3,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 4,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 5,

    /// <summary>8-bit signed integer.</summary>
    Int8 = 6,

    /// <summary>Byte strings of any length.</summary>
    String = 7,

    /// <summary>Two 32-bit floats.</summary>
    Complex64 = 8,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 9,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 10,

    /// <summary>Quantised 8-bit signed integer.</summary>
    QInt8 = 11,

    /// <summary>Quantised 8-bit unsigned integer.</summary>
    QUInt8 = 12,

    /// <summary>Quantised 32-bit signed integer.</summary>
    QInt32 = 13,

    /// <summary>The upper 16 bits of a 32-bit float.</summary>
    BFloat16 = 14,

    /// <summary>Quantised 16-bit signed integer.</summary>
    QInt16 = 15,

    /// <summary>Quantised 16-bit unsigned integer.</summary>
    QUInt16 = 16,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16 = 17,

    /// <summary>Two 64-bit floats.</summary>
    Complex128 = 18,

    /// <summary>16-bit IEEE 754.</summary>
    Float16 = 19,

    /// <summary>A handle to a resource: variable, table, iterator.</summary>
    Resource = 20,

    /// <summary>Any value: tensor list, dataset, optional.</summary>
    Variant = 21,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32 = 22,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64 = 23,

    /// <summary>8-bit float: 5 exponent and 2 mantissa bits.</summary>
    Float8E5M2 = 24,

    /// <summary>8-bit float: 4 exponent and 3 mantissa bits, no infinities.</summary>
    Float8E4M3FN = 25,

    /// <summary>4-bit signed integer, one a byte.</summary>
    Int4 = 29,

    /// <summary>4-bit unsigned integer, one a byte.</summary>
    UInt4 = 30,
}
