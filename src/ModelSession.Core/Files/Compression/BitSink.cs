namespace ModelSessions.Files;

/// <summary>Bits put together to bytes, the first bit lowest.</summary>
internal sealed class BitSink
{
    private readonly List<byte> _bytes = [];
    private ulong _bits;
    private int _count;

    public IReadOnlyList<byte> Bytes => _bytes;

    public void Add(uint value, int length)
    {
        _bits |= (ulong)value << _count;
        for (_count += length; _count >= 8; _count -= 8)
        {
            _bytes.Add((byte)_bits);
            _bits >>= 8;
        }
    }

    /// <summary>Fills the last byte up.</summary>
    public void Align() => Add(0, (8 - _count) % 8);

    public void AddBytes(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public byte[] ToArray() => [.. _bytes];
}
