using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Sparse tensors reordered, reshaped, joined, cut.</summary>
internal static class SparseLayoutKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("SparseReshape", Reshape);
        table.Elements<Concat>("SparseConcat");
        table.Elements<Reorder>("SparseReorder");
    }

    private readonly struct Reorder : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
            if (source.Outside() is >= 0 and var bad)
            {
                throw Failure.Invalid($"indices[{bad}] = [{string.Join(',', source[bad].ToArray())}] is out of bounds for the shape [{string.Join(',', source.Shape)}]");
            }

            Span<long> indices = context.Allocate(0, [source.Count, source.Rank]).Span<long>();
            Span<T> values = context.Allocate(1, [source.Count]).Elements<T>();
            int at = 0;
            foreach (int i in source.Sorted())
            {
                source[i].CopyTo(indices[(at * source.Rank)..]);
                values[at++] = context.Input(1).Elements<T>()[i];
            }
        };
    }

    private readonly struct Concat : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int count = (int)node.Int("N");
            long axis = node.Int("concat_dim");
            return context =>
            {
                SparseIndices[] parts = [.. Enumerable.Range(0, count).Select(i => SparseIndices.Of(context, i, count + i, (2 * count) + i))];
                long[] shape = Joined(parts, axis, out int along);
                List<(int Part, int Element)> elements = [];
                List<long> rows = [];
                long offset = 0;
                for (int part = 0; part < count; offset += parts[part++].Shape[along])
                {
                    for (int i = 0; i < parts[part].Count; i++)
                    {
                        elements.Add((part, i));
                        rows.AddRange(parts[part][i]);
                        rows[^(shape.Length - along)] += offset;
                    }
                }

                Write<T>(context, count, elements, rows, shape);
            };
        }

        private static long[] Joined(SparseIndices[] parts, long axis, out int along)
        {
            long[] shape = [.. parts[0].Shape];
            if (axis < -shape.Length || axis >= shape.Length)
            {
                throw Failure.Invalid($"Concat dimension must be in range [{-shape.Length}, {shape.Length}), got {axis}");
            }

            along = (int)(axis < 0 ? axis + shape.Length : axis);
            for (int part = 1; part < parts.Length; part++)
            {
                long[] other = parts[part].Shape;
                if (other.Length != shape.Length)
                {
                    throw Failure.Invalid($"Ranks of all input tensors must match: expected {shape.Length} but got {other.Length} at position {part}");
                }

                for (int d = 0; d < shape.Length; d++)
                {
                    _ = d == along || other[d] == shape[d]
                        ? 0
                        : throw Failure.Invalid($"Input shapes must match: expected {shape[d]} for dimension {d} but got {other[d]} at position {part}");
                }

                shape[along] += other[along];
            }

            return shape;
        }

        private static void Write<T>(KernelContext context, int count, List<(int Part, int Element)> elements, List<long> rows, long[] shape)
        {
            int rank = shape.Length;
            long[] all = [.. rows];
            int[] order = [.. Enumerable.Range(0, elements.Count)];
            System.Array.Sort(order, (x, y) => all.AsSpan(x * rank, rank).SequenceCompareTo(all.AsSpan(y * rank, rank)) is var sign and not 0 ? sign : x.CompareTo(y));
            Span<long> indices = context.Allocate(0, [order.Length, rank]).Span<long>();
            Span<T> values = context.Allocate(1, [order.Length]).Elements<T>();
            for (int i = 0; i < order.Length; i++)
            {
                (int part, int element) = elements[order[i]];
                all.AsSpan(order[i] * rank, rank).CopyTo(indices[(i * rank)..]);
                values[i] = context.Input(count + part).Elements<T>()[element];
            }

            SparseIndices.WriteShape(context, 2, shape);
        }
    }

    private static void Reshape(KernelContext context)
    {
        Value indices = context.Input(0), from = context.Input(1), to = context.Input(2);
        if (indices.Rank != 2 || from.Rank != 1 || to.Rank != 1 || from.LongCount != indices.Dimensions[1])
        {
            throw Failure.Invalid($"Input indices must be a matrix and shapes vectors: {indices.Shape}, {from.Shape}, {to.Shape}");
        }

        long[] source = from.Span<long>().ToArray(), target = Resolve(source, to.Span<long>().ToArray());
        int count = (int)indices.Dimensions[0];
        Span<long> result = context.Allocate(0, [count, target.Length]).Span<long>();
        for (int i = 0; i < count; i++)
        {
            Interruption.Check();
            long flat = 0;
            for (int axis = 0; axis < source.Length; axis++)
            {
                flat = unchecked((flat * source[axis]) + indices.Span<long>()[i * source.Length + axis]);
            }

            for (int axis = target.Length - 1; axis >= 0; axis--)
            {
                long size = target[axis];
                result[i * target.Length + axis] = size == 0 ? 0 : flat % size;
                flat = size == 0 ? 0 : flat / size;
            }
        }

        SparseIndices.WriteShape(context, 1, target);
    }

    private static long[] Resolve(long[] source, long[] target)
    {
        long count = Product(source), product = 1;
        int open = -1;
        for (int axis = 0; axis < target.Length; axis++)
        {
            if (target[axis] == -1)
            {
                open = open < 0 ? axis : throw Failure.Invalid($"only one output dimension may be -1, not both {open} and {axis}");
            }
            else if (target[axis] < 0)
            {
                throw Failure.Invalid($"size {axis} must be non-negative, not {target[axis]}");
            }
        }

        product = Product([.. target.Where((_, axis) => axis != open)]);
        if (open >= 0)
        {
            target[open] = product > 0
                ? count / product
                : throw Failure.Invalid("reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are non-zero");
            product *= target[open];
        }

        return product == count
            ? target
            : throw Failure.Invalid($"Input to reshape is a SparseTensor with {count} dense values, but the requested shape has {product}: [{string.Join(',', source)}] and [{string.Join(',', target)}]");
    }

    private static long Product(long[] sizes)
    {
        try
        {
            return sizes.Aggregate(1L, (product, size) => checked(product * (size >= 0 ? size : throw Failure.Invalid($"a size is negative: [{string.Join(',', sizes)}]"))));
        }
        catch (OverflowException)
        {
            throw Failure.Invalid($"a sparse tensor of shape [{string.Join(',', sizes)}] has more than 2^63 - 1 places");
        }
    }
}
