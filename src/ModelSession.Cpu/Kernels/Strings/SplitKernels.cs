using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings taken apart.</summary>
internal static class SplitKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("StringSplit", (node, _) => context => Split(context, text => Bytewise(text, Text.Scalar(context.Input(1), "delimiter"), node.Bool("skip_empty"))));
        table.Add("StringSplitV2", (node, _) => context => Split(context, text => Separated(text, Text.Scalar(context.Input(1), "sep"), node.Int("maxsplit"))));
        table.Add("Substr", Part);
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
