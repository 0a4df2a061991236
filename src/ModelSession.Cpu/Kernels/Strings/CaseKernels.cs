using System.Text;

namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Letters, lengths, spaces around.</summary>
internal static class CaseKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("StringLength", (node, _) => node.String("unit") == "UTF8_CHAR"
            ? context => Text.Measure(context, Characters)
            : context => Text.Measure(context, text => text.Length));
        table.Add("StringLower", (node, _) => IsUtf8(node)
            ? context => Text.Map(context, text => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLowerInvariant()))
            : context => Text.Map(context, text => Array(text, static b => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b + 32) : b)));
        table.Add("StringStrip", context => Text.Map(context, Strip));
        table.Add("StringUpper", (node, _) => IsUtf8(node)
            ? context => Text.Map(context, text => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToUpperInvariant()))
            : context => Text.Map(context, text => Array(text, static b => b is >= (byte)'a' and <= (byte)'z' ? (byte)(b - 32) : b)));
    }

    /// <summary>Whether a byte is a space as C takes it.</summary>
    public static bool IsSpace(byte b) => b is (byte)' ' or (>= 9 and <= 13);

    /// <summary>The number of characters: bytes that do not go on with one.</summary>
    public static int Characters(byte[] text) => text.Count(b => (b & 0xC0) != 0x80);

    private static bool IsUtf8(GraphOperation node) => node.String("encoding").Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static byte[] Array(byte[] text, Converter<byte, byte> f) => System.Array.ConvertAll(text, f);

    private static byte[] Strip(byte[] text)
    {
        int start = 0, end = text.Length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }
}
