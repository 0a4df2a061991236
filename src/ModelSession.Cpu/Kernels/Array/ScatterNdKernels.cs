using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Kernels.State;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Slices put to places that rows of indices name.</summary>
internal static class ScatterNdKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet sums = TypeSet.Numbers | TypeSet.Complexes;
        table.Add("ScatterNd", "T", sums | TypeSet.Of(DType.Bool, DType.String), Fresh);
        table.Add("ScatterNdNonAliasingAdd", "T", sums | TypeSet.Of(DType.Bool), Into);
        table.Parts<Changed<Binary.Real<ScatterKernels.AddOp>>>("TensorScatterAdd", sums);
        table.Numbers<Changed<ScatterKernels.LargerOp>>("TensorScatterMax", TypeSet.Numbers);
        table.Numbers<Changed<ScatterKernels.SmallerOp>>("TensorScatterMin", TypeSet.Numbers);
        table.Parts<Changed<Binary.Real<ScatterKernels.SubtractOp>>>("TensorScatterSub", sums);
        table.Elements<Replaced>("TensorScatterUpdate");
    }

    /// <summary>Applies an operation to each slice of the target that a row of indices names, one row after another.</summary>
    /// <param name="shape">The target's shape.</param>
    /// <param name="target">The target's elements, or parts of elements.</param>
    /// <param name="indices">The rows.</param>
    /// <param name="updates">What comes to the slices.</param>
    /// <param name="elements">The elements of <paramref name="updates"/>, or parts of them.</param>
    /// <param name="apply">slice = f(slice, update).</param>
    public static void Each<T>(Shape shape, Span<T> target, Value indices, Value updates, ReadOnlySpan<T> elements, BinarySpan<T, T> apply)
    {
        int depth = indices.Rank > 1 ? (int)indices.Dimensions[^1] : 1;
        ReadOnlySpan<long> rows = indices.Rank > 1 ? indices.Dimensions[..^1] : [indices.LongCount];
        Check(shape, indices, updates, rows, depth);
        if (elements.IsEmpty)
        {
            return;
        }

        int count = (int)new Shape(rows).ElementCount;
        int width = elements.Length / count;
        for (int row = 0; row < count; row++)
        {
            Interruption.Check();
            Span<T> slice = target.Slice(GatherKernels.Place(indices, row, depth, shape) * width, width);
            apply(slice, elements.Slice(row * width, width), slice);
        }
    }

    /// <summary>slice = update.</summary>
    public static void Replace<T>(ReadOnlySpan<T> slice, ReadOnlySpan<T> update, Span<T> target) => update.CopyTo(target);

    private static void Check(Shape shape, Value indices, Value updates, ReadOnlySpan<long> rows, int depth)
    {
        bool fits = indices.Rank > 0 && updates.Rank > 0 && depth <= shape.Rank && updates.Rank == rows.Length + shape.Rank - depth
            && updates.Dimensions[..rows.Length].SequenceEqual(rows) && updates.Dimensions[rows.Length..].SequenceEqual(shape.Dimensions[depth..]);
        if (!fits)
        {
            throw Failure.Invalid($"updates.shape must be indices.shape[:-1] + shape[indices.shape[-1]:], got updates.shape {updates.Shape}, indices.shape {indices.Shape}, shape {shape}");
        }

        if (shape.ElementCount == 0 && updates.LongCount > 0)
        {
            throw Failure.Invalid($"Indices and updates specified for empty output: shape {shape}, updates {updates.Shape}");
        }
    }

    // Of truth values a sum is an "or", of strings one after the other.
    private static Kernel Fresh(GraphOperation node, CpuSession session) => node.DType("T") switch
    {
        DType.Bool => Zeros<ScatterKernels.LargerOp>.Create<byte>(node),
        DType.String => context => Scatter(context, Cleared(context), context.Input(0), context.Input(1), value => value.Elements<object?>(), Append),
        DType dtype => Typed.Parts<Zeros<Binary.Real<ScatterKernels.AddOp>>>(node, dtype),
    };

    private static Kernel Into(GraphOperation node, CpuSession session) => node.DType("T") switch
    {
        DType.Bool => Changed<ScatterKernels.LargerOp>.Create<byte>(node),
        DType dtype => Typed.Parts<Changed<Binary.Real<ScatterKernels.AddOp>>>(node, dtype),
    };

    private delegate Span<T> View<T>(Value value);

    private static void Scatter<T>(KernelContext context, Value target, Value indices, Value updates, View<T> view, BinarySpan<T, T> apply) =>
        Each(target.Shape, view(target), indices, updates, view(updates), (slice, update, result) =>
        {
            apply(slice, update, result);
            NarrowFloats.Settle(result, context.Node.DType("T"));
        });

    private static Value Cleared(KernelContext context)
    {
        Value sizes = context.Input(2);
        if (sizes.Rank != 1)
        {
            throw Failure.Invalid($"Shape must be a vector, not {sizes.Shape}");
        }

        Span<long> shape = stackalloc long[sizes.ShapeLength];
        FillKernels.ReadShape(sizes, shape);
        Value target = context.Allocate(0, shape);
        FillKernels.Clear(target);
        return target;
    }

    private static void Append(ReadOnlySpan<object?> slice, ReadOnlySpan<object?> update, Span<object?> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = slice[i] is byte[] before ? before.Concat((byte[]?)update[i] ?? []).ToArray() : update[i];
        }
    }

    private readonly struct Zeros<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
                Scatter(context, Cleared(context), context.Input(0), context.Input(1), value => value.Parts<T>(), TOp.Apply);
    }

    private readonly struct Changed<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
                Scatter(context, context.Copy(0, 0), context.Input(1), context.Input(2), value => value.Parts<T>(), TOp.Apply);
    }

    private readonly struct Replaced : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
            Scatter(context, context.Copy(0, 0), context.Input(1), context.Input(2), value => value.Elements<T>(), Replace);
    }
}
