using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Chosen rows brought together by number of segment, and the gradients of that.</summary>
internal static class SparseSegmentKernels
{
    public static void Register(KernelTable table)
    {
        foreach (string kind in (string[])["Mean", "SqrtN", "Sum"])
        {
            TypeSet types = kind == "Sum" ? TypeSet.Numbers : TypeSet.Floats;
            table.Numbers<Forward>("SparseSegment" + kind, types);
            table.Numbers<Forward>($"SparseSegment{kind}WithNumSegments", types);
            table.Numbers<Backward>($"SparseSegment{kind}Grad", TypeSet.Floats);
            table.Numbers<Backward>($"SparseSegment{kind}GradV2", TypeSet.Floats);
        }
    }

    private static bool Is(GraphOperation node, string kind) => node.Type.StartsWith("SparseSegment" + kind, StringComparison.Ordinal);

    // What a row of a segment counts: 1, 1/n or 1/√n for n rows.
    private static T Weight<T>(GraphOperation node, long count)
        where T : INumber<T> => Is(node, "Sum")
            ? T.One
            : T.One / T.CreateTruncating(Is(node, "Mean") ? System.Math.Max(count, 1) : System.Math.Sqrt(System.Math.Max(count, 1)));

    private static long[] Count(Value ids, long segments)
    {
        long[] counts = new long[segments];
        for (int i = 0; i < ids.Count; i++)
        {
            Interruption.Check();
            counts[ids.Integer(i)]++;
        }

        return counts;
    }

    private static Span<T> Row<T>(Span<T> rows, long index, long count, int at)
    {
        if (index < 0 || index >= count)
        {
            throw Failure.Invalid($"indices[{at}] == {index} out of range [0, {count})");
        }

        int width = (int)(rows.Length / count);
        return rows.Slice((int)index * width, width);
    }

    private readonly struct Forward : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value data = context.Input(0), indices = context.Input(1), ids = context.Input(2);
                long segments = SegmentKernels.CheckSorted(ids, indices.Rank == 1 ? indices.LongCount : -1);
                if (data.Rank == 0)
                {
                    throw Failure.Invalid("Shape must be at least rank 1");
                }

                if (context.InputCount > 3)
                {
                    long wanted = context.Input(3).IntegerScalar("num_segments");
                    segments = wanted >= segments ? wanted : throw Failure.Invalid($"segment ids must be < num_segments = {wanted}");
                }

                Span<T> result = context.Allocate(0, [segments, .. data.Dimensions[1..]]).Span<T>();
                result.Clear();
                long[] counts = Count(ids, segments);
                for (int i = 0; i < ids.Count; i++)
                {
                    Interruption.Check();
                    Span<T> sum = Row(result, ids.Integer(i), segments, i);
                    TensorPrimitives.Add(sum, Row(data.Span<T>(), indices.Integer(i), data.Dimensions[0], i), sum);
                }

                for (int i = 0; i < counts.Length && !Is(node, "Sum"); i++)
                {
                    Span<T> sum = Row(result, i, segments, i);
                    TensorPrimitives.Multiply(sum, Weight<T>(node, counts[i]), sum);
                }
            };
    }

    private readonly struct Backward : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool slices = node.Outputs.Count == 2;
            return context =>
            {
                Value dy = context.Input(0), indices = context.Input(1), ids = context.Input(2);
                long rows = context.Input(3).IntegerScalar("output_dim0");
                if (dy.Rank == 0 || rows < 0 || indices.Rank != 1 || ids.Rank != 1 || indices.LongCount != ids.LongCount)
                {
                    throw Failure.Invalid($"segment_ids and indices should have same size, grad a row for each segment, and output_dim0 should not be negative: {ids.Shape}, {indices.Shape}, {dy.Shape}, {rows}");
                }

                long[] counts = Counts(ids, dy.Dimensions[0]);
                long[]? distinct = slices ? Distinct(indices) : null;
                long height = distinct?.Length ?? rows;
                Span<T> result = context.Allocate(0, [height, .. dy.Dimensions[1..]]).Span<T>();
                result.Clear();
                for (int i = 0; i < ids.Count; i++)
                {
                    Interruption.Check();
                    long index = indices.Integer(i);
                    if (index < 0 || index >= rows)
                    {
                        throw Failure.Invalid($"Index {index} out of range [0, {rows}).");
                    }

                    Span<T> target = Row(result, distinct is null ? index : System.Array.BinarySearch(distinct, index), height, i);
                    ReadOnlySpan<T> gradient = Row(dy.Span<T>(), ids.Integer(i), dy.Dimensions[0], i);
                    TensorPrimitives.MultiplyAdd(gradient, Weight<T>(node, counts[ids.Integer(i)]), target, target);
                }

                if (distinct is not null)
                {
                    Value chosen = context.Allocate(1, [distinct.Length]);
                    for (int i = 0; i < distinct.Length; i++)
                    {
                        ShapeKernels.WriteInteger(chosen, i, distinct[i]);
                    }
                }
            };
        }

        private static long[] Counts(Value ids, long segments)
        {
            for (int i = 0; i < ids.Count; i++)
            {
                Interruption.Check();
                if (ids.Integer(i) < 0 || ids.Integer(i) >= segments)
                {
                    throw Failure.Invalid($"Segment id {ids.Integer(i)} out of range [0, {segments}).");
                }
            }

            return Count(ids, segments);
        }

        private static long[] Distinct(Value indices)
        {
            long[] all = new long[indices.Count];
            indices.CopyIntegers(all);
            return [.. all.Distinct().Order()];
        }
    }
}
