using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Where the elements of a sparse tensor stand: a row of indices each, and the tensor's shape.</summary>
internal readonly struct SparseIndices
{
    private readonly Value _indices;

    public SparseIndices(Value indices, long[] shape)
    {
        _indices = indices;
        Shape = shape;
    }

    /// <summary>The number of elements.</summary>
    public int Count => (int)_indices.Dimensions[0];

    /// <summary>The sizes of the tensor.</summary>
    public long[] Shape { get; }

    public int Rank => (int)_indices.Dimensions[1];

    public ReadOnlySpan<long> this[int element] => _indices.Span<long>().Slice(element * Rank, Rank);

    /// <summary>Reads a sparse tensor from three inputs.</summary>
    /// <exception cref="EngineException">They do not fit together.</exception>
    public static SparseIndices Of(KernelContext context, int indices, int values, int shape)
    {
        Value index = Matrix(context.Input(indices), "indices"), value = context.Input(values), sizes = context.Input(shape);
        if (value.Rank != 1 || sizes.Rank != 1 || value.LongCount != index.Dimensions[0] || sizes.LongCount != index.Dimensions[1])
        {
            throw Failure.Invalid($"indices {index.Shape}, values {value.Shape} and a shape of {sizes.Shape} are no sparse tensor: expected [n, rank], [n] and [rank].");
        }

        return new SparseIndices(index, sizes.Span<long>().ToArray());
    }

    /// <summary>Reads indices alone.</summary>
    public static SparseIndices Of(KernelContext context, int indices) => new(Matrix(context.Input(indices), "indices"), []);

    private static Value Matrix(Value value, string what) =>
        value.Rank == 2 ? value : throw Failure.Invalid($"Input {what} should be a matrix but received shape {value.Shape}");

    /// <summary>The elements' numbers in the order of their places; equal places keep their order.</summary>
    public int[] Sorted()
    {
        SparseIndices self = this;
        int[] order = [.. Enumerable.Range(0, Count)];
        for (int i = 1; i < order.Length; i++)
        {
            if (self[i - 1].SequenceCompareTo(self[i]) > 0)
            {
                System.Array.Sort(order, (x, y) => self[x].SequenceCompareTo(self[y]) is var sign and not 0 ? sign : x.CompareTo(y));
                break;
            }
        }

        return order;
    }

    /// <summary>The first element that stands outside of the shape; −1 if there is none.</summary>
    public int Outside()
    {
        for (int i = 0; i < Count; i++)
        {
            Interruption.Check();
            for (int axis = 0; axis < Rank; axis++)
            {
                if ((ulong)this[i][axis] >= (ulong)Shape[axis])
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>Writes rows of indices as an output.</summary>
    public static void Write(KernelContext context, int output, int rank, List<long> rows, int count)
    {
        Span<long> target = context.Allocate(output, [count, rank]).Span<long>();
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows).CopyTo(target);
    }

    /// <summary>Writes a shape as an output.</summary>
    public static void WriteShape(KernelContext context, int output, ReadOnlySpan<long> shape) =>
        shape.CopyTo(context.Allocate(output, [shape.Length]).Span<long>());
}
