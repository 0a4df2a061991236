using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ModelSessions.Files;

/// <summary>A growing block of bytes with the number formats of TensorFlow's tables.</summary>
internal sealed class ByteWriter
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Forgets all bytes behind the first so many.</summary>
    public void Cut(int length) => Length = length;

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void WriteUtf8(string text) => Encoding.UTF8.GetBytes(text, Take(Encoding.UTF8.GetByteCount(text)));

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void WriteVarint(ulong value)
    {
        Span<byte> bytes = Take(VarintLength(value));
        for (int i = 0; i < bytes.Length - 1; i++)
        {
            bytes[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[^1] = (byte)value;
    }

    /// <summary>The number of bytes of a varint.</summary>
    public static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) + 7) / 7;

    private Span<byte> Take(int count)
    {
        int length = checked(Length + count);
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(length, _bytes.Length * 2L)));
        }

        Span<byte> part = _bytes.AsSpan(Length, count);
        Length = length;
        return part;
    }
}
