using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Kernels.List;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Tensors cut out of a batch, and put together to one.</summary>
internal static class TensorRows
{
    /// <summary>A copy of one row of a batch.</summary>
    public static Tensor Cut(Value batch, long row)
    {
        Shape shape = new(batch.Dimensions[1..]);
        return ListRows.Cut(batch, shape, row * shape.ElementCount);
    }

    /// <summary>Makes an output of tensors along a new first dimension. Where sizes are open, the largest counts, and smaller tensors
    /// are filled up with zeros.</summary>
    /// <param name="context">The run.</param>
    /// <param name="output">The number of the output.</param>
    /// <param name="count">How many tensors.</param>
    /// <param name="rows">Each by its number.</param>
    /// <param name="shape">The shape of a tensor as far as it is known: its rank at least.</param>
    public static void Stack(KernelContext context, int output, int count, Func<int, Tensor> rows, Shape shape)
    {
        long[] sizes = [count, .. shape.Dimensions];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] < 0)
            {
                sizes[axis + 1] = Enumerable.Range(0, count).Select(i => rows(i).Shape[axis]).DefaultIfEmpty(0).Max();
            }
        }

        Value batch = context.Allocate(output, sizes);
        long length = Length(sizes);
        if (!shape.IsFullyDefined)
        {
            FillKernels.Clear(batch);
        }

        for (int i = 0; i < count; i++)
        {
            Paste(rows(i), batch, i * length, sizes.AsSpan(1));
        }
    }

    /// <summary>Writes a tensor's elements into a part of a value that is no smaller in any dimension.</summary>
    public static void Paste(Tensor part, Value whole, long start, ReadOnlySpan<long> sizes)
    {
        ReadOnlySpan<long> own = part.Shape.Dimensions;
        if (own.SequenceEqual(sizes))
        {
            ListRows.Paste(part, whole, start);
            return;
        }

        if (part.ElementCount == 0)
        {
            return;
        }

        // Runs of the last dimension, one after another.
        int run = (int)own[^1];
        long count = part.ElementCount / run;
        for (long i = 0; i < count; i++)
        {
            long rest = i, place = 0, step = sizes[^1];
            for (int axis = own.Length - 2; axis >= 0; axis--)
            {
                place += rest % own[axis] * step;
                rest /= own[axis];
                step *= sizes[axis];
            }

            Copy(part, i * run, whole, start + place, run);
        }
    }

    private static void Copy(Tensor source, long from, Value target, long to, int count)
    {
        if (target.DType.IsObject())
        {
            source.Objects.Slice((int)from, count).CopyTo(target.Objects[(int)to..]);
            return;
        }

        int size = target.DType.Size(), length = checked(count * size);
        source.Buffer.Bytes(from * size, length).CopyTo(target.Memory!.Bytes(to * size, length));
    }

    private static long Length(ReadOnlySpan<long> sizes)
    {
        long length = 1;
        foreach (long size in sizes[1..])
        {
            length *= size;
        }

        return length;
    }
}
