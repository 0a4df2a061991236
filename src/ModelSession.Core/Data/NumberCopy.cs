using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelSessions.Data;

/// <summary>Numbers from one tensor to another, which may be of another number type.</summary>
internal static class NumberCopy
{
    /// <summary>Copies rows; of different types each number is rounded to the target's.</summary>
    /// <exception cref="GraphException">A row has another number of elements than the target's.</exception>
    public static void Rows(Tensor source, ReadOnlySpan<long> rows, Tensor target)
    {
        long size = source.Shape[0] == 0 ? 0 : source.ElementCount / source.Shape[0];
        if (target.ElementCount != size * rows.Length)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Examples of {source.Describe()} do not fit the graph's {target.Shape}.");
        }

        if (source.DType == target.DType)
        {
            int bytes = checked((int)(size * source.DType.Size()));
            for (int i = 0; i < rows.Length; i++)
            {
                source.Buffer.Bytes(rows[i] * bytes, bytes).CopyTo(target.Buffer.Bytes((long)i * bytes, bytes));
            }

            return;
        }

        if (source.DType == DType.Float64 && target.DType == DType.Float32)
        {
            int count = checked((int)size);
            for (int i = 0; i < rows.Length; i++)
            {
                TensorPrimitives.ConvertTruncating(Row<double>(source, rows[i], count), Row<float>(target, i, count));
            }

            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            for (long j = 0; j < size; j++)
            {
                Set(target, i * size + j, Get(source, rows[i] * size + j));
            }
        }
    }

    /// <summary>The numbers of a row.</summary>
    public static void Row(Tensor source, long row, Span<double> numbers)
    {
        switch (source.DType)
        {
            case DType.UInt8:
                TensorPrimitives.ConvertTruncating<byte, double>(source.Buffer.Bytes(row * numbers.Length, numbers.Length), numbers);
                break;
            case DType.Float32:
                TensorPrimitives.ConvertTruncating<float, double>(Row<float>(source, row, numbers.Length), numbers);
                break;
            case DType.Float64:
                Row<double>(source, row, numbers.Length).CopyTo(numbers);
                break;
            default:
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = Get(source, row * numbers.Length + i);
                }

                break;
        }
    }

    /// <summary>One number of a tensor.</summary>
    public static double Get(Tensor tensor, long index)
    {
        ReadOnlySpan<byte> bytes = Element(tensor, index);
        return tensor.DType switch
        {
            DType.Float32 => MemoryMarshal.Read<float>(bytes),
            DType.Float64 => MemoryMarshal.Read<double>(bytes),
            DType.Float16 => (double)MemoryMarshal.Read<Half>(bytes),
            DType.BFloat16 => MemoryMarshal.Read<BFloat16>(bytes),
            DType.Int32 => MemoryMarshal.Read<int>(bytes),
            DType.Int64 => MemoryMarshal.Read<long>(bytes),
            DType.Int16 => MemoryMarshal.Read<short>(bytes),
            DType.UInt16 => MemoryMarshal.Read<ushort>(bytes),
            DType.UInt32 => MemoryMarshal.Read<uint>(bytes),
            DType.UInt64 => MemoryMarshal.Read<ulong>(bytes),
            DType.Int8 => (sbyte)bytes[0],
            DType.UInt8 or DType.Bool => bytes[0],
            _ => throw Unfit(tensor),
        };
    }

    /// <summary>Sets one number of a tensor, rounded to its type.</summary>
    public static void Set(Tensor tensor, long index, double value)
    {
        Span<byte> bytes = Element(tensor, index);
        switch (tensor.DType)
        {
            case DType.Float32: MemoryMarshal.Write(bytes, (float)value); break;
            case DType.Float64: MemoryMarshal.Write(bytes, value); break;
            case DType.Float16: MemoryMarshal.Write(bytes, (Half)value); break;
            case DType.BFloat16: MemoryMarshal.Write(bytes, (BFloat16)(float)value); break;
            case DType.Int32: MemoryMarshal.Write(bytes, (int)value); break;
            case DType.Int64: MemoryMarshal.Write(bytes, (long)value); break;
            case DType.UInt8: bytes[0] = (byte)value; break;
            case DType.Bool: bytes[0] = value != 0 ? (byte)1 : (byte)0; break;
            default: throw Unfit(tensor);
        }
    }

    private static Span<T> Row<T>(Tensor tensor, long row, int count)
        where T : unmanaged
    {
        int bytes = count * tensor.DType.Size();
        return MemoryMarshal.Cast<byte, T>(tensor.Buffer.Bytes(row * bytes, bytes));
    }

    private static Span<byte> Element(Tensor tensor, long index)
    {
        int size = tensor.DType.Size();
        return tensor.Buffer.Bytes(index * size, size);
    }

    private static GraphException Unfit(Tensor tensor) =>
        new(StatusCode.InvalidArgument, $"Numbers of type {tensor.DType.Name()} cannot be taken from a dataset or fed from one.");
}
