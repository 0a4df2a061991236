using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ModelSessions.Files;

/// <summary>Reads numbers and parts from bytes that may be anything; every read past the end is an error with its place.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="origin">Where they stand in their file.</param>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, long origin)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>The place in the file of the next byte.</summary>
    public readonly long Position => origin + _at;

    /// <summary>The number of bytes left.</summary>
    public readonly int Left => _bytes.Length - _at;

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Read(ulong count, string what)
    {
        if (count > (ulong)Left)
        {
            ThrowPastEnd(count, what);
        }

        ReadOnlySpan<byte> part = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return part;
    }

    /// <summary>A 32-bit number, little-endian.</summary>
    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint), what));

    /// <summary>A number of 7 bits a byte, the lowest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint(string what) => _at < _bytes.Length && _bytes[_at] < 0x80 ? _bytes[_at++] : ReadLongVarint(what);

    private readonly void ThrowPastEnd(ulong count, string what) => throw ModelFileException.At(Position, $"{count:n0} bytes of {what}", $"{Left:n0} bytes");

    private ulong ReadLongVarint(string what)
    {
        ulong value = 0;
        long start = Position;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Read(1, what)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw ModelFileException.At(start, $"a number of at most 10 bytes ({what})", "a longer one");
    }
}
