using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings put together.</summary>
internal static class JoinKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ReduceJoin", ReduceJoin);
        table.Add("StringJoin", Join);
        table.Add("UnsortedSegmentJoin", SegmentJoin);
    }

    private static byte[] Concat(IEnumerable<byte[]> parts, byte[] separator)
    {
        using MemoryStream all = new();
        bool first = true;
        foreach (byte[] part in parts)
        {
            all.Write(first ? [] : separator);
            all.Write(part);
            first = false;
        }

        return all.ToArray();
    }

    private static byte[] Separator(GraphOperation node) => node.Attributes["separator"].S.ToByteArray();

    private static Kernel Join(GraphOperation node, CpuSession session)
    {
        byte[] separator = Separator(node);
        return context =>
        {
            int largest = 0;
            for (int i = 0; i < context.InputCount; i++)
            {
                largest = context.Input(i).Rank > 0 ? i : largest;
            }

            Value shaped = context.Input(largest);
            for (int i = 0; i < context.InputCount; i++)
            {
                if (context.Input(i).Rank > 0 && !context.Input(i).Dimensions.SequenceEqual(shaped.Dimensions))
                {
                    throw Failure.Invalid($"Input shapes do not match: {context.Input(i).Shape} and {shaped.Shape}");
                }
            }

            Value[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
            Span<object?> result = context.Allocate(0, shaped.Dimensions).Objects;
            for (int i = 0; i < result.Length; i++)
            {
                Interruption.Check();
                int at = i;
                result[i] = Concat(inputs.Select(input => Text.At(input, input.Rank == 0 ? 0 : at)), separator);
            }
        };
    }

    // Along the axis that is given first, then the second.
    private static Kernel ReduceJoin(GraphOperation node, CpuSession session)
    {
        byte[] separator = Separator(node);
        bool keep = node.Bool("keep_dims");
        return context =>
        {
            Value x = context.Input(0), given = context.Input(1);
            int[] axes = new int[given.Count];
            for (int i = 0; i < axes.Length; i++)
            {
                axes[i] = LayoutKernels.Axis(given.Integer(i), x.Rank, "reduction dim");
            }

            if (axes.Distinct().Count() < axes.Length)
            {
                throw Failure.Invalid($"Duplicate reduction dimension in [{string.Join(", ", axes)}]");
            }

            long[] dimensions = x.Dimensions.ToArray();
            System.Array.Reverse(axes);
            int[] kept = [.. Enumerable.Range(0, x.Rank).Except(axes)];
            long[] steps = new long[x.Rank];
            StridedCopy.RowMajor(dimensions, steps);
            long[] shape = keep ? [.. dimensions.Select((size, axis) => axes.Contains(axis) ? 1 : size)] : [.. kept.Select(axis => dimensions[axis])];
            Span<object?> result = context.Allocate(0, shape).Objects;
            long count = axes.Aggregate(1L, (product, axis) => product * dimensions[axis]);
            for (int i = 0; i < result.Length; i++)
            {
                Interruption.Check();
                long start = Offset(i, kept, dimensions, steps);
                result[i] = Concat(Range(count).Select(part => Text.At(x, (int)(start + Offset(part, axes, dimensions, steps)))), separator);
            }
        };

        static IEnumerable<long> Range(long count)
        {
            for (long i = 0; i < count; i++)
            {
                yield return i;
            }
        }
    }

    private static long Offset(long index, int[] axes, long[] dimensions, long[] steps)
    {
        long offset = 0;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            (index, long at) = System.Math.DivRem(index, dimensions[axes[i]]);
            offset += at * steps[axes[i]];
        }

        return offset;
    }

    private static Kernel SegmentJoin(GraphOperation node, CpuSession session)
    {
        byte[] separator = Separator(node);
        return context =>
        {
            Value x = context.Input(0), ids = context.Input(1);
            long segments = context.Input(2).IntegerScalar("num_segments");
            if (segments <= 0 || ids.Rank > x.Rank || !x.Dimensions[..ids.Rank].SequenceEqual(ids.Dimensions))
            {
                throw Failure.Invalid($"num_segments {segments} must be positive, and segment_ids {ids.Shape} must be the first dimensions of inputs {x.Shape}");
            }

            Value result = context.Allocate(0, [segments, .. x.Dimensions[ids.Rank..]]);
            int width = (int)(result.Count / segments);
            List<byte[]>?[] parts = new List<byte[]>?[result.Count];
            for (int i = 0; i < ids.Count; i++)
            {
                Interruption.Check();
                long id = ids.Integer(i);
                if (id >= segments)
                {
                    throw Failure.Invalid($"segment_ids[{i}] = {id} is out of range [0, {segments})");
                }

                for (int j = 0; id >= 0 && j < width; j++)
                {
                    (parts[id * width + j] ??= []).Add(Text.At(x, i * width + j));
                }
            }

            for (int i = 0; i < parts.Length; i++)
            {
                result.Objects[i] = Concat(parts[i] ?? [], separator);
            }
        };
    }
}
