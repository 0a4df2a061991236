using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Parts of tensors, and tensors with a margin around them.</summary>
internal static class SliceKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Pad>("Pad");
        table.Elements<Pad>("PadV2");
        table.Elements<Slice>("Slice");
        table.Elements<Strided>("StridedSlice");
        table.Elements<StridedGrad>("StridedSliceGrad");
        table.Elements<StridedUpdate>("TensorStridedSliceUpdate");
    }

    private readonly struct Slice : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), begins = context.Input(1), sizes = context.Input(2);
            int rank = x.Rank;
            if (begins.LongCount != rank || sizes.LongCount != rank)
            {
                throw Failure.Invalid($"Expected begin and size arguments to be 1-D tensors of size {rank}, but got shapes {begins.Shape} and {sizes.Shape} instead.");
            }

            Span<long> memory = stackalloc long[2 * rank];
            Span<long> shape = memory[..rank], steps = memory[rank..];
            StridedCopy.RowMajor(x.Dimensions, steps);
            long start = 0;
            for (int i = 0; i < rank; i++)
            {
                long begin = begins.Integer(i), size = sizes.Integer(i), whole = x.Dimensions[i];
                size = size == -1 ? whole - begin : size;
                if (begin < 0 || begin > whole || size < 0 || size > whole - begin)
                {
                    throw Failure.Invalid($"Expected begin[{i}] in [0, {whole}] and size[{i}] in [0, {whole - begin}], but got {begin} and {size}");
                }

                shape[i] = size;
                start += begin * steps[i];
            }

            StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), start, shape, steps, context.Allocate(0, shape).Elements<T>());
        };
    }

    private readonly struct Strided : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            SliceMasks masks = new(node);
            return context =>
            {
                Value x = context.Input(0);
                SliceSpec spec = SliceSpec.Resolve(masks, x.Dimensions, context.Input(1), context.Input(2), context.Input(3), stackalloc long[SliceSpec.MemoryFor(x.Rank, context.Input(1).ShapeLength)]);
                Span<T> result = context.Allocate(0, spec.FinalShape).Elements<T>();
                StridedCopy.Gather<T>(context.Workers, x.Elements<T>(), spec.Start, spec.Extents, spec.Steps, result);
            };
        }
    }

    private readonly struct StridedGrad : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            SliceMasks masks = new(node);
            return context =>
            {
                Span<long> shape = stackalloc long[context.Input(0).ShapeLength];
                FillKernels.ReadShape(context.Input(0), shape);
                Value dy = context.Input(4);
                SliceSpec spec = SliceSpec.Resolve(masks, shape, context.Input(1), context.Input(2), context.Input(3), stackalloc long[SliceSpec.MemoryFor(shape.Length, context.Input(1).ShapeLength)]);
                if (!spec.FinalShape.SequenceEqual(dy.Dimensions))
                {
                    throw Failure.Invalid($"shape of dy was {dy.Shape} instead of {new Shape(spec.FinalShape)}");
                }

                Value result = context.Allocate(0, shape);
                FillKernels.Clear(result);
                StridedCopy.Scatter<T>(context.Workers, dy.Elements<T>(), spec.Extents, result.Elements<T>(), spec.Start, spec.Steps);
            };
        }
    }

    /// <summary>Sets a slice of a tensor to an input, which is stretched to the slice's shape.</summary>
    public static void Assign<T>(KernelContext context, SliceMasks masks, Value target, int input)
    {
        Value change = context.Input(input);
        SliceSpec spec = SliceSpec.Resolve(masks, target.Dimensions, context.Input(1), context.Input(2), context.Input(3), stackalloc long[SliceSpec.MemoryFor(target.Rank, context.Input(1).ShapeLength)]);
        ReadOnlySpan<T> source = change.Elements<T>();
        if (!spec.FinalShape.SequenceEqual(change.Dimensions))
        {
            Span<long> common = stackalloc long[System.Math.Max(spec.FinalShape.Length, change.Rank)];
            if (!BroadcastLoop.TryMerge(spec.FinalShape, change.Dimensions, common) || !common.SequenceEqual(spec.FinalShape))
            {
                throw Failure.Invalid($"The slice has the shape {new Shape(spec.FinalShape)}; it cannot be set to a value of shape {change.Shape}.");
            }

            T[] stretched = new T[new Shape(spec.FinalShape).ElementCount];
            StridedCopy.Stretch(context.Workers, source, change.Dimensions, spec.FinalShape, stretched);
            source = stretched;
        }

        StridedCopy.Scatter(context.Workers, source, spec.Extents, target.Elements<T>(), spec.Start, spec.Steps);
    }

    private readonly struct StridedUpdate : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            SliceMasks masks = new(node);
            return context => Assign<T>(context, masks, context.Copy(0, 0), 4);
        }
    }

    private readonly struct Pad : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), paddings = context.Input(1);
            int rank = x.Rank;
            if (paddings.Rank != 2 || paddings.Dimensions[0] != rank || paddings.Dimensions[1] != 2)
            {
                throw Failure.Invalid($"paddings must be a matrix with 2 columns and {rank} rows: {paddings.Shape}");
            }

            Span<long> memory = stackalloc long[2 * rank];
            Span<long> shape = memory[..rank], steps = memory[rank..];
            for (int i = 0; i < rank; i++)
            {
                long before = paddings.Integer(2 * i), after = paddings.Integer(2 * i + 1);
                shape[i] = before >= 0 && after >= 0
                    ? x.Dimensions[i] + before + after
                    : throw Failure.Invalid($"Paddings must be non-negative: {before} {after}");
            }

            Value result = context.Allocate(0, shape);
            if (context.InputCount > 2)
            {
                result.Elements<T>().Fill(context.Input(2).Elements<T>()[0]);
            }
            else
            {
                FillKernels.Clear(result);
            }

            StridedCopy.RowMajor(shape, steps);
            long start = 0;
            for (int i = 0; i < rank; i++)
            {
                start += paddings.Integer(2 * i) * steps[i];
            }

            StridedCopy.Scatter<T>(context.Workers, x.Elements<T>(), x.Dimensions, result.Elements<T>(), start, steps);
        };
    }
}
