using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Strings as numbers of characters, and sequences of neighbouring strings.</summary>
internal static class UnicodeKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("StringNGrams", Grams);
        table.Add("UnicodeDecode", Decode);
    }

    private static Kernel Decode(GraphOperation node, CpuSession session)
    {
        string encoding = node.String("input_encoding"), errors = node.String("errors");
        int replacement = (int)node.Int("replacement_char");
        bool replacesControls = node.Bool("replace_control_characters");
        Encoding decoder = encoding.ToUpperInvariant() switch
        {
            "UTF-8" or "UTF8" => new UTF8Encoding(false, errors == "strict"),
            "US-ASCII" or "ASCII" => Encoding.ASCII,
            "ISO-8859-1" or "LATIN1" => Encoding.Latin1,
            "UTF-16-BE" or "UTF-16BE" => new UnicodeEncoding(true, false, errors == "strict"),
            "UTF-32-BE" or "UTF-32BE" => new UTF32Encoding(true, false, errors == "strict"),
            _ => throw new UnsupportedFeatureException($"Node '{node.Name}': strings of the encoding {encoding} are not decoded.", $"UnicodeDecode ({encoding})"),
        };
        return context =>
        {
            Value x = context.Input(0);
            List<int> characters = [];
            Value splits = context.Allocate(0, [x.LongCount + 1]);
            ShapeKernels.WriteInteger(splits, 0, 0);
            for (int i = 0; i < x.Count; i++)
            {
                foreach (Rune rune in Read(decoder, Text.At(x, i)).EnumerateRunes())
                {
                    bool bad = rune == Rune.ReplacementChar || (replacesControls && rune.Value is < 9 or (> 13 and < 32) or 127);
                    if (!bad || errors != "ignore")
                    {
                        characters.Add(bad ? replacement : rune.Value);
                    }
                }

                ShapeKernels.WriteInteger(splits, i + 1, characters.Count);
            }

            characters.CopyTo(context.Allocate(1, [characters.Count]).Span<int>());
        };
    }

    private static string Read(Encoding decoder, byte[] text)
    {
        try
        {
            return decoder.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"Invalid formatting on input string: {e.Message}", innerException: e);
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
