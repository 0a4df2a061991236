using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>The same elements in another order, or repeated.</summary>
internal static class LayoutKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<BroadcastTo>("BroadcastTo");
        table.Add("ConjugateTranspose", (node, _) => Conjugated(node, Typed.Element<Transpose>(node, node.DType("T"))));
        table.Add("InvertPermutation", InvertPermutation);
        table.Elements<Reverse>("Reverse");
        table.Elements<ReverseV2>("ReverseV2");
        table.Elements<Tile>("Tile");
        table.Elements<Transpose>("Transpose");
    }

    /// <summary>An axis counted from the end if it is negative.</summary>
    /// <exception cref="EngineException">There is no such axis.</exception>
    public static int Axis(long axis, int rank, string what = "axis") => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Failure.Invalid($"Expected {what} in the range [{-rank}, {rank}), but got {axis}");

    private static Kernel Conjugated(GraphOperation node, Kernel transpose) => !node.DType("T").IsComplex() ? transpose : context =>
    {
        transpose(context);
        Value result = context.Output(0);
        if (result.Memory == context.Input(0).Memory)
        {
            result = context.Allocate(0, result.Dimensions);
            result.Write(context.Input(0));
        }

        Math.ComplexArithmetic.Conjugate(result.DType, result.Parts<byte>());
    };

    private static void InvertPermutation(KernelContext context)
    {
        Value x = context.Input(0);
        if (x.Rank != 1)
        {
            throw Failure.Invalid($"invert_permutation expects a 1D vector, not {x.Shape}.");
        }

        Value y = context.Allocate(0, x.Dimensions);
        Span<bool> seen = context.Scratch<bool>(x.Count);
        seen.Clear();
        for (int i = 0; i < seen.Length; i++)
        {
            long at = x.Integer(i);
            if (at < 0 || at >= seen.Length || seen[(int)at])
            {
                throw Failure.Invalid(at < 0 || at >= seen.Length ? $"{at} is not between 0 and {seen.Length}" : $"{at} is duplicated in the input.");
            }

            seen[(int)at] = true;
            ShapeKernels.WriteInteger(y, (int)at, i);
        }
    }

    private readonly struct Transpose : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), permutation = context.Input(1);
            int rank = x.Rank;
            if (permutation.LongCount != rank)
            {
                throw Failure.Invalid($"transpose expects a vector of size {rank}. But input(1) is a vector of size {permutation.LongCount}");
            }

            Span<long> memory = stackalloc long[4 * rank];
            Span<long> order = memory[..rank], shape = memory.Slice(rank, rank), steps = memory.Slice(2 * rank, rank), inputSteps = memory[(3 * rank)..];
            permutation.CopyIntegers(order);
            StridedCopy.RowMajor(x.Dimensions, inputSteps);
            bool same = true;
            for (int i = 0; i < rank; i++)
            {
                int from = Axis(order[i], rank, "perm");
                if (order[..i].Contains(from))
                {
                    throw Failure.Invalid($"{from} is missing or repeated in the permutation.");
                }

                (order[i], shape[i], steps[i]) = (from, x.Dimensions[from], inputSteps[from]);
                same &= from == i;
            }

            if (same)
            {
                context.Share(0, 0);
                return;
            }

            StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), 0, shape, steps, context.Allocate(0, shape).Elements<T>());
        };
    }

    private readonly struct BroadcastTo : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), sizes = context.Input(1);
            int rank = sizes.ShapeLength;
            Span<long> memory = stackalloc long[2 * rank + x.Rank];
            Span<long> shape = memory[..rank], steps = memory.Slice(rank, rank), inputSteps = memory[(2 * rank)..];
            FillKernels.ReadShape(sizes, shape);
            StridedCopy.RowMajor(x.Dimensions, inputSteps);
            if (x.Rank > rank)
            {
                throw Failure.Invalid($"Rank of input ({x.Rank}) must be no greater than rank of output shape ({rank}).");
            }

            steps.Clear();
            for (int i = 0; i < x.Rank; i++)
            {
                int to = rank - x.Rank + i;
                if (x.Dimensions[i] != 1)
                {
                    steps[to] = shape[to] == x.Dimensions[i]
                        ? inputSteps[i]
                        : throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {new Shape(shape)}");
                }
            }

            StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), 0, shape, steps, context.Allocate(0, shape).Elements<T>());
        };
    }

    private readonly struct Tile : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), multiples = context.Input(1);
            int rank = x.Rank;
            if (multiples.LongCount != rank)
            {
                throw Failure.Invalid($"Expected multiples argument to be a vector of length {rank} but got length {multiples.LongCount}");
            }

            // [m0, d0, m1, d1, …]: the repeats are dimensions of step 0.
            Span<long> memory = stackalloc long[6 * rank];
            Span<long> shape = memory[..rank], extents = memory.Slice(rank, 2 * rank), steps = memory.Slice(3 * rank, 2 * rank), inputSteps = memory[(5 * rank)..];
            FillKernels.ReadShape(multiples, shape);
            StridedCopy.RowMajor(x.Dimensions, inputSteps);
            for (int i = 0; i < rank; i++)
            {
                (extents[2 * i], steps[2 * i]) = (shape[i], 0);
                (extents[2 * i + 1], steps[2 * i + 1]) = (x.Dimensions[i], inputSteps[i]);
                shape[i] *= x.Dimensions[i];
            }

            StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), 0, extents, steps, context.Allocate(0, shape).Elements<T>());
        };
    }

    private static void Mirror<T>(KernelContext context, ReadOnlySpan<bool> axes)
    {
        Value x = context.Input(0);
        Span<long> steps = stackalloc long[x.Rank];
        StridedCopy.RowMajor(x.Dimensions, steps);
        long start = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i])
            {
                start += steps[i] * (x.Dimensions[i] - 1);
                steps[i] = -steps[i];
            }
        }

        StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), start, x.Dimensions, steps, context.Allocate(0, x.Dimensions).Elements<T>());
    }

    private readonly struct Reverse : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value axes = context.Input(1);
            if (axes.LongCount != context.Input(0).Rank)
            {
                throw Failure.Invalid($"reverse needs one flag for each of {context.Input(0).Rank} dimensions, not {axes.LongCount}.");
            }

            Mirror<T>(context, axes.Span<bool>());
        };
    }

    private readonly struct ReverseV2 : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value axes = context.Input(1);
            int rank = context.Input(0).Rank;
            Span<bool> flags = stackalloc bool[rank];
            flags.Clear();
            for (int i = 0; i < axes.Count; i++)
            {
                int axis = Axis(axes.Integer(i), rank);
                flags[axis] = !flags[axis] ? true : throw Failure.Invalid($"axis {axis} specified more than once.");
            }

            Mirror<T>(context, flags);
        };
    }
}
