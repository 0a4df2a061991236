using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Several tensors into one, one into several.</summary>
internal static class JoinKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Concat", "T", TypeSet.All, (node, _) => Typed.Element<ConcatAt0>(node, node.DType("T")));
        table.Add("ConcatOffset", ConcatOffset);
        table.Elements<ConcatAtLast>("ConcatV2");
        table.Elements<Pack>("Pack");
        table.Elements<Split>("Split");
        table.Elements<SplitV>("SplitV");
        table.Elements<Unpack>("Unpack");
    }

    // Rows: all dimensions before the axis together; a row of the result is the rows of the inputs one after another.
    private static void Concat<T>(KernelContext context, int first, int count, int axisInput)
    {
        Value head = context.Input(first);
        long given = context.Input(axisInput).IntegerScalar("concat_dim");
        int axis = LayoutKernels.Axis(given, head.Rank, "concatenating dimensions");
        Span<long> shape = stackalloc long[head.Rank];
        head.Dimensions.CopyTo(shape);
        shape[axis] = 0;
        for (int i = first; i < first + count; i++)
        {
            CheckFits(context.Input(i), head, axis);
            shape[axis] += context.Input(i).Dimensions[axis];
        }

        CopyRows<T>(context, first, count, context.Allocate(0, shape), Product(shape[..axis]));
    }

    private static void CheckFits(Value value, Value head, int axis)
    {
        bool fits = value.Rank == head.Rank;
        for (int i = 0; fits && i < head.Rank; i++)
        {
            fits = i == axis || value.Dimensions[i] == head.Dimensions[i];
        }

        if (!fits)
        {
            throw Failure.Invalid($"ConcatOp : Dimensions of inputs should match: shape[0] = {head.Shape} vs. {value.Shape}");
        }
    }

    private static void CopyRows<T>(KernelContext context, int first, int count, Value target, long rows)
    {
        if (target.LongCount == 0)
        {
            return;
        }

        Span<T> result = target.Elements<T>();
        int rowLength = (int)(result.Length / rows), at = 0;
        for (int i = first; i < first + count; i++)
        {
            ReadOnlySpan<T> part = context.Input(i).Elements<T>();
            int length = (int)(part.Length / rows);
            for (int row = 0; row < rows; row++)
            {
                Interruption.Check();
                part.Slice(row * length, length).CopyTo(result[(row * rowLength + at)..]);
            }

            at += length;
        }
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return product;
    }

    private static void ConcatOffset(KernelContext context)
    {
        long axis = context.Input(0).IntegerScalar("concat_dim");
        int rank = context.Input(1).Count;
        int at = LayoutKernels.Axis(axis, rank, "concat_dim");
        long offset = 0;
        for (int i = 1; i < context.InputCount; i++)
        {
            Value shape = context.Input(i);
            if (shape.Count != rank)
            {
                throw Failure.Invalid($"Input {i} should have {rank} elements but got {shape.Count}");
            }

            Value result = context.Allocate(i - 1, [rank]);
            for (int j = 0; j < rank; j++)
            {
                if (j != at && shape.Integer(j) != context.Input(1).Integer(j))
                {
                    throw Failure.Invalid($"All dimensions except {at} must match. Input {i - 1} differs from input 0 in dimension {j}.");
                }

                ShapeKernels.WriteInteger(result, j, j == at ? offset : 0);
            }

            offset += shape.Integer(at);
        }
    }

    private static void SplitAt<T>(KernelContext context, Value x, int axis, ReadOnlySpan<long> sizes)
    {
        Span<long> shape = stackalloc long[x.Rank];
        x.Dimensions.CopyTo(shape);
        long rows = Product(shape[..axis]), inner = Product(shape[(axis + 1)..]);
        int rowLength = (int)(shape[axis] * inner), at = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            shape[axis] = sizes[i];
            Value part = context.Allocate(i, shape);
            if (part.LongCount == 0)
            {
                continue;
            }

            ReadOnlySpan<T> source = x.Elements<T>();
            Span<T> target = part.Elements<T>();
            int length = (int)(sizes[i] * inner);
            for (int row = 0; row < rows; row++)
            {
                Interruption.Check();
                source.Slice(row * rowLength + at, length).CopyTo(target[(row * length)..]);
            }

            at += length;
        }
    }

    private readonly struct ConcatAt0 : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context => Concat<T>(context, 1, context.InputCount - 1, 0);
    }

    private readonly struct ConcatAtLast : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context => Concat<T>(context, 0, context.InputCount - 1, context.InputCount - 1);
    }

    private readonly struct Pack : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            long axis = node.Int("axis");
            return context =>
            {
                Value head = context.Input(0);
                int at = LayoutKernels.Axis(axis, head.Rank + 1);
                for (int i = 1; i < context.InputCount; i++)
                {
                    if (!context.Input(i).Dimensions.SequenceEqual(head.Dimensions))
                    {
                        throw Failure.Invalid($"Shapes of all inputs must match: values[0].shape = {head.Shape} != values[{i}].shape = {context.Input(i).Shape}");
                    }
                }

                Span<long> shape = stackalloc long[head.Rank + 1];
                head.Dimensions[..at].CopyTo(shape);
                shape[at] = context.InputCount;
                head.Dimensions[at..].CopyTo(shape[(at + 1)..]);
                CopyRows<T>(context, 0, context.InputCount, context.Allocate(0, shape), Product(shape[..at]));
            };
        }
    }

    private readonly struct Unpack : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            long axis = node.Int("axis");
            return context =>
            {
                Value x = context.Input(0);
                int at = LayoutKernels.Axis(axis, x.Rank), count = context.OutputCount;
                if (x.Dimensions[at] != count)
                {
                    throw Failure.Invalid($"Input shape axis {at} must equal {count}, got shape {x.Shape}");
                }

                Span<long> shape = stackalloc long[x.Rank - 1];
                x.Dimensions[..at].CopyTo(shape);
                x.Dimensions[(at + 1)..].CopyTo(shape[at..]);
                int rows = (int)Product(shape[..at]), inner = (int)Product(shape[at..]);
                for (int i = 0; i < count; i++)
                {
                    Span<T> part = context.Allocate(i, shape).Elements<T>();
                    for (int row = 0; row < rows; row++)
                    {
                        Interruption.Check();
                        x.Elements<T>().Slice((row * count + i) * inner, inner).CopyTo(part[(row * inner)..]);
                    }
                }
            };
        }
    }

    private readonly struct Split : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(1);
            int axis = LayoutKernels.Axis(context.Input(0).IntegerScalar("split_dim"), x.Rank, "-input rank <= split_dim < input rank: split_dim");
            int count = context.OutputCount;
            if (x.Dimensions[axis] % count != 0)
            {
                throw Failure.Invalid($"Number of ways to split should evenly divide the split dimension, but got split_dim {axis} (size = {x.Dimensions[axis]}) and num_split {count}");
            }

            Span<long> sizes = context.Scratch<long>(count);
            sizes.Fill(x.Dimensions[axis] / count);
            SplitAt<T>(context, x, axis, sizes);
        };
    }

    private readonly struct SplitV : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), given = context.Input(1);
            int axis = LayoutKernels.Axis(context.Input(2).IntegerScalar("split_dim"), x.Rank, "-input rank <= split_dim < input rank: split_dim");
            if (given.LongCount != context.OutputCount)
            {
                throw Failure.Invalid($"size_splits must have {context.OutputCount} elements, not {given.LongCount}.");
            }

            Span<long> sizes = context.Scratch<long>(given.Count);
            given.CopyIntegers(sizes);
            int unknown = sizes.IndexOf(-1);
            long rest = x.Dimensions[axis];
            foreach (long size in sizes)
            {
                rest -= System.Math.Max(size, 0);
            }

            if (unknown >= 0)
            {
                sizes[unknown] = rest;
                rest = 0;
            }

            if (rest != 0 || sizes.ContainsAnyExceptInRange(0, x.Dimensions[axis]))
            {
                throw Failure.Invalid($"Determined shape must either match input shape along split_dim exactly if fully specified, or be less than the size of the input along split_dim if not fully specified. Got: {new Shape(x.Dimensions)} and {given.Shape}");
            }

            SplitAt<T>(context, x, axis, sizes);
        };
    }
}
