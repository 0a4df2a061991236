using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings taken apart and put together.</summary>
internal static class SplitKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ReduceJoin", ReduceJoin);
        table.Add("StringJoin", Join);
        table.Add("StringSplit", (node, _) => context => Split(context, text => Bytewise(text, Text.Scalar(context.Input(1), "delimiter"), node.Bool("skip_empty"))));
        table.Add("StringSplitV2", (node, _) => context => Split(context, text => Separated(text, Text.Scalar(context.Input(1), "sep"), node.Int("maxsplit"))));
        table.Add("Substr", Part);
        table.Add("UnsortedSegmentJoin", SegmentJoin);
    }

    // As a sparse matrix: a row for each string.
    private static void Split(KernelContext context, Func<byte[], IEnumerable<byte[]>> split)
    {
        Value x = context.Input(0);
        if (x.Rank != 1)
        {
            throw Failure.Invalid($"input must be a vector, got shape: {x.Shape}");
        }

        List<(int Row, int Column, byte[] Part)> parts = [];
        int most = 0;
        for (int row = 0; row < x.Count; row++)
        {
            Interruption.Check();
            int column = 0;
            foreach (byte[] part in split(Text.At(x, row)))
            {
                parts.Add((row, column++, part));
            }

            most = System.Math.Max(most, column);
        }

        Span<long> places = context.Allocate(0, [parts.Count, 2]).Span<long>();
        Span<object?> values = context.Allocate(1, [parts.Count]).Objects;
        for (int i = 0; i < parts.Count; i++)
        {
            (places[2 * i], places[2 * i + 1], values[i]) = parts[i];
        }

        Span<long> shape = context.Allocate(2, [2]).Span<long>();
        (shape[0], shape[1]) = (x.Count, most);
    }

    // Each byte of the delimiter ends a part; without one every byte is a part.
    private static IEnumerable<byte[]> Bytewise(byte[] text, byte[] delimiters, bool skipsEmpty)
    {
        if (delimiters.Length == 0)
        {
            foreach (byte b in text)
            {
                yield return [b];
            }

            yield break;
        }

        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || delimiters.AsSpan().Contains(text[i]))
            {
                if (i > start || !skipsEmpty)
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
        }
    }

    // As Python's str.split.
    private static List<byte[]> Separated(byte[] text, byte[] separator, long most)
    {
        List<byte[]> parts = [];
        int start = 0;
        if (separator.Length == 0)
        {
            while (true)
            {
                while (start < text.Length && CaseKernels.IsSpace(text[start]))
                {
                    start++;
                }

                if (start == text.Length)
                {
                    return parts;
                }

                int end = start;
                while (end < text.Length && ((most >= 0 && parts.Count == most) || !CaseKernels.IsSpace(text[end])))
                {
                    end++;
                }

                parts.Add(text[start..end]);
                start = end;
            }
        }

        for (int at; (most < 0 || parts.Count < most) && (at = text.AsSpan(start).IndexOf(separator)) >= 0; start += at + separator.Length)
        {
            parts.Add(text[start..(start + at)]);
        }

        parts.Add(text[start..]);
        return parts;
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

    private static Kernel Part(GraphOperation node, CpuSession session)
    {
        bool characters = node.String("unit") == "UTF8_CHAR";
        return context =>
        {
            Value x = context.Input(0), starts = context.Input(1), lengths = context.Input(2);
            if (!starts.Dimensions.SequenceEqual(lengths.Dimensions))
            {
                throw Failure.Invalid($"pos and len should have the same shape, got: {starts.Shape} vs. {lengths.Shape}");
            }

            int rank = System.Math.Max(x.Rank, starts.Rank);
            Span<long> shape = stackalloc long[rank];
            if (!BroadcastLoop.TryMerge(x.Dimensions, starts.Dimensions, shape))
            {
                throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {starts.Shape}");
            }

            Span<object?> result = context.Allocate(0, shape).Objects;
            BroadcastLoop loop = new(x.Dimensions, starts.Dimensions, stackalloc long[3 * rank]);
            for (int i = 0; i < result.Length; i++)
            {
                Interruption.Check();
                (long outer, long inner) = System.Math.DivRem(i, loop.InnerLength);
                (long xAt, long at) = loop.Start(outer);
                at += inner * loop.YInnerStep;
                result[i] = Cut(Text.At(x, (int)(xAt + inner * loop.XInnerStep)), starts.Integer((int)at), lengths.Integer((int)at), characters);
            }
        };
    }

    private static byte[] Cut(byte[] text, long start, long length, bool characters)
    {
        int count = characters ? CaseKernels.Characters(text) : text.Length;
        long from = start < 0 ? start + count : start;
        if (from < 0 || from > count)
        {
            throw Failure.Invalid($"pos {start} out of range for string '{Text.Show(text)}' of {count} {(characters ? "characters" : "bytes")}");
        }

        long to = System.Math.Min(count, from + System.Math.Max(length, 0));
        return characters ? text[Byte(text, from)..Byte(text, to)] : text[(int)from..(int)to];
    }

    private static int Byte(byte[] text, long character)
    {
        int at = 0;
        for (; at < text.Length; at++)
        {
            if ((text[at] & 0xC0) != 0x80 && character-- == 0)
            {
                break;
            }
        }

        return at;
    }
}
