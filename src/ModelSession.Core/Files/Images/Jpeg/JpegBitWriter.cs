namespace ModelSessions.Files;

/// <summary>Writes bits, the first one highest, with a 0 behind each byte FF.</summary>
internal sealed class JpegBitWriter(Stream target)
{
    private ulong _buffer;
    private int _bits;

    public void Write(int value, int length)
    {
        _buffer = (_buffer << length) | ((ulong)value & ((1ul << length) - 1));
        for (_bits += length; _bits >= 8; _bits -= 8)
        {
            byte next = (byte)(_buffer >> (_bits - 8));
            target.WriteByte(next);
            if (next == 0xFF)
            {
                target.WriteByte(0);
            }
        }
    }

    /// <summary>Fills the last byte up with ones.</summary>
    public void Flush()
    {
        Write(0x7F, 7);
        _bits = 0;
    }
}
