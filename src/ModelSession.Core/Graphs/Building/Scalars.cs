using System.Numerics;

namespace ModelSessions;

/// <summary>Small constants of any numeric type.</summary>
internal static class Scalars
{
    /// <summary>A scalar of a type, converted as a cast does.</summary>
    public static Tensor Create(double value, DType dtype) => dtype switch
    {
        DType.Float32 => Tensor.Scalar((float)value),
        DType.Float64 => Tensor.Scalar(value),
        DType.Float16 => Tensor.Scalar((Half)value),
        DType.BFloat16 => Tensor.Scalar((BFloat16)(float)value),
        DType.Complex64 => Tensor.Scalar(new Complex64((float)value, 0)),
        DType.Complex128 => Tensor.Scalar(new Complex(value, 0)),
        _ when value == Math.Truncate(value) => Create((long)value, dtype),
        _ => throw new GraphException(StatusCode.InvalidArgument, $"The number {value} is no {dtype.Name()}."),
    };

    /// <summary>A scalar of a type.</summary>
    public static Tensor Create(long value, DType dtype) => dtype switch
    {
        DType.Int32 => Tensor.Scalar(checked((int)value)),
        DType.Int64 => Tensor.Scalar(value),
        DType.Int16 => Tensor.Scalar(checked((short)value)),
        DType.Int8 => Tensor.Scalar(checked((sbyte)value)),
        DType.UInt8 => Tensor.Scalar(checked((byte)value)),
        DType.UInt16 => Tensor.Scalar(checked((ushort)value)),
        DType.UInt32 => Tensor.Scalar(checked((uint)value)),
        DType.UInt64 => Tensor.Scalar(checked((ulong)value)),
        DType.Bool => Tensor.Scalar(value != 0),
        _ when dtype.IsFloating() || dtype.IsComplex() => Create((double)value, dtype),
        _ => throw new GraphException(StatusCode.InvalidArgument, $"A constant of type {dtype.Name()} cannot be made from the number {value}."),
    };

    /// <summary>A vector of int32 or int64.</summary>
    public static Tensor CreateVector(ReadOnlySpan<long> values, DType dtype)
    {
        if (dtype == DType.Int64)
        {
            return Tensor.From(values);
        }

        int[] narrow = new int[values.Length];
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = checked((int)values[i]);
        }

        return Tensor.From<int>(narrow);
    }
}
