using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings as numbers of characters, and sequences of neighbouring strings.</summary>
internal static class UnicodeKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("StringNGrams", Grams);
        table.Add("UnicodeDecode", Decode);
        table.Add("UnicodeDecodeWithOffsets", Decode);
        table.Add("UnicodeEncode", Encode);
        table.Add("UnicodeScript", Script);
        table.Add("UnicodeTranscode", Transcode);
    }

    private static Kernel Decode(GraphOperation node, CpuSession session)
    {
        UnicodeReader reader = new(node);
        bool hasOffsets = node.Type == "UnicodeDecodeWithOffsets";
        return context =>
        {
            Value x = context.Input(0);
            List<int> characters = [];
            List<long> starts = [];
            Value splits = context.Allocate(0, [x.LongCount + 1]);
            ShapeKernels.WriteInteger(splits, 0, 0);
            for (int i = 0; i < x.Count; i++)
            {
                Interruption.Check();
                reader.Read(Text.At(x, i), characters, starts);
                ShapeKernels.WriteInteger(splits, i + 1, characters.Count);
            }

            characters.CopyTo(context.Allocate(1, [characters.Count]).Span<int>());
            if (hasOffsets)
            {
                starts.CopyTo(context.Allocate(2, [starts.Count]).Span<long>());
            }
        };
    }

    private static Kernel Transcode(GraphOperation node, CpuSession session)
    {
        UnicodeReader reader = new(node);
        UnicodeWriter writer = new(node);
        return context => Text.Map(context, text =>
        {
            List<int> characters = [];
            reader.Read(text, characters, []);
            return writer.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(characters));
        });
    }

    private static Kernel Encode(GraphOperation node, CpuSession session)
    {
        UnicodeWriter writer = new(node);
        return context =>
        {
            Value characters = context.Input(0), splits = context.Input(1);
            if (characters.Rank != 1)
            {
                throw Failure.Invalid($"input_values must be a vector, not of shape {characters.Shape}");
            }

            long[] rows = Ragged.RaggedKernels.Splits(splits, characters.LongCount);
            Span<object?> texts = context.Allocate(0, [rows.Length - 1]).Objects;
            for (int i = 0; i < texts.Length; i++)
            {
                Interruption.Check();
                texts[i] = writer.Write(characters.Span<int>()[(int)rows[i]..(int)rows[i + 1]]);
            }
        };
    }

    private static void Script(KernelContext context)
    {
        Value x = context.Input(0);
        Span<int> y = context.Allocate(0, x.Dimensions).Span<int>();
        for (int i = 0; i < y.Length; i++)
        {
            Interruption.Check();
            y[i] = UnicodeScripts.Of(x.Span<int>()[i]);
        }
    }

    private static Kernel Grams(GraphOperation node, CpuSession session)
    {
        string separator = node.String("separator"), left = node.String("left_pad"), right = node.String("right_pad");
        long[] widths = [.. node.Ints("ngram_widths")];
        (long padding, bool keepsShort) = (node.Int("pad_width"), node.Bool("preserve_short_sequences"));
        return context =>
        {
            Value data = context.Input(0), splits = context.Input(1);
            List<string> grams = [];
            Value result = context.Allocate(1, splits.Dimensions);
            for (int row = 0; row < splits.Count; row++)
            {
                Interruption.Check();
                if (row > 0)
                {
                    (long start, long end) = (splits.Integer(row - 1), splits.Integer(row));
                    if (start < 0 || end < start || end > data.LongCount)
                    {
                        throw Failure.Invalid($"Invalid split value {end} after {start}, must be in [0, {data.LongCount}]");
                    }

                    AddRow(start, end);
                }

                ShapeKernels.WriteInteger(result, row, grams.Count);
            }

            Span<object?> texts = context.Allocate(0, [grams.Count]).Objects;
            for (int i = 0; i < texts.Length; i++)
            {
                Interruption.Check();
                texts[i] = Encoding.UTF8.GetBytes(grams[i]);
            }

            void AddRow(long start, long end)
            {
                int before = grams.Count;
                string[] words = [.. Enumerable.Range((int)start, (int)(end - start)).Select(i => Encoding.UTF8.GetString(Text.At(data, i)))];
                foreach (long width in widths)
                {
                    int pad = (int)(padding < 0 ? width - 1 : System.Math.Min(padding, width - 1));
                    AddWindows([.. Enumerable.Repeat(left, pad), .. words, .. Enumerable.Repeat(right, pad)], (int)width);
                }

                if (keepsShort && grams.Count == before && words.Length > 0)
                {
                    int pad = (int)System.Math.Max(0, padding);
                    AddWindows([.. Enumerable.Repeat(left, pad), .. words, .. Enumerable.Repeat(right, pad)], words.Length + 2 * pad);
                }
            }

            void AddWindows(string[] words, int width)
            {
                for (int i = 0; i + width <= words.Length; i++)
                {
                    grams.Add(string.Join(separator, words, i, width));
                }
            }
        };
    }
}
