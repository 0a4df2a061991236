using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ModelSessions.Files;

/// <summary>Names in checkpoints: any bytes there, strings here. What is no UTF-8 becomes lone surrogates, as in Python's
/// <c>surrogateescape</c>, so that no two names fall together and each finds its way back.</summary>
internal static class TensorNames
{
    private const char Escape = '\uDC00';

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (Ascii.IsValid(name))
        {
            return Encoding.ASCII.GetString(name);
        }

        if (Utf8.IsValid(name))
        {
            return Encoding.UTF8.GetString(name);
        }

        StringBuilder text = new(name.Length);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int read) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte value in name[..read])
                {
                    text.Append((char)(Escape + value));
                }
            }

            name = name[read..];
        }

        return text.ToString();
    }

    public static byte[] Encode(string name)
    {
        int escaped = name.AsSpan().IndexOfAnyInRange('\uDC80', '\uDCFF');
        return escaped < 0 ? Encoding.UTF8.GetBytes(name) : EncodeEscaped(name);
    }

    /// <summary>Appends the bytes of a name.</summary>
    public static void Encode(string name, ByteWriter bytes)
    {
        if (name.AsSpan().ContainsAnyInRange('\uDC80', '\uDCFF'))
        {
            bytes.Write(EncodeEscaped(name));
        }
        else
        {
            bytes.WriteUtf8(name);
        }
    }

    private static byte[] EncodeEscaped(string name)
    {
        ByteWriter bytes = new();
        Span<byte> utf8 = stackalloc byte[4];
        for (ReadOnlySpan<char> rest = name; !rest.IsEmpty;)
        {
            bool whole = Rune.DecodeFromUtf16(rest, out Rune rune, out int read) == System.Buffers.OperationStatus.Done;
            if (!whole && rest[0] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.WriteByte((byte)(rest[0] - Escape));
            }
            else
            {
                bytes.Write(utf8[..rune.EncodeToUtf8(utf8)]);
            }

            rest = rest[read..];
        }

        return bytes.Written.ToArray();
    }
}
