using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>Reads a part of a file from its beginning to its end, in large pieces, and takes the checksum of all of it.</summary>
internal sealed class ChecksumReader
{
    // As much as the processor's second cache holds: bytes are still there when the checksum is taken.
    private const int PieceSize = 1 << 18;

    private readonly SafeFileHandle _file;
    private readonly long _end;
    private byte[]? _buffer;
    private int _from, _to;
    private long _next;

    /// <summary>Stands at the beginning of a part.</summary>
    /// <param name="file">The file, read by offsets: its position is not used.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Its length.</param>
    public ChecksumReader(SafeFileHandle file, long offset, long length) => (_file, _next, _end) = (file, offset, offset + length);

    /// <summary>crc32c of what has been read.</summary>
    public uint Checksum { get; private set; }

    /// <summary>The bytes that are left.</summary>
    public long Left => _end - _next + (_to - _from);

    /// <summary>Fills a span with the next bytes.</summary>
    public void Read(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            if (_from == _to && target.Length >= PieceSize)
            {
                ReadDirect(target[..PieceSize]);
                target = target[PieceSize..];
                continue;
            }

            ReadOnlySpan<byte> part = Buffered(target.Length);
            part.CopyTo(target);
            target = target[part.Length..];
        }
    }

    /// <summary>Passes over bytes; they are read for their checksum.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            count -= Buffered(count).Length;
        }
    }

    // What is in the buffer of the next bytes, at most so many and at least one.
    private ReadOnlySpan<byte> Buffered(long most)
    {
        if (_from == _to)
        {
            _buffer ??= new byte[Math.Min(PieceSize, _end - _next)];
            (_from, _to) = (0, (int)Math.Min(_buffer.Length, _end - _next));
            ReadDirect(_buffer.AsSpan(0, _to));
        }

        int count = (int)Math.Min(most, _to - _from);
        _from += count;
        return _buffer.AsSpan(_from - count, count);
    }

    private void ReadDirect(Span<byte> target)
    {
        if (target.IsEmpty)
        {
            throw new EndOfStreamException();
        }

        ReadExactly(_file, target, _next);
        _next += target.Length;
        Checksum = Crc32C.Append(Checksum, target);
    }

    /// <summary>Fills a span from a place in a file.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(file, target, offset);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            target = target[read..];
            offset += read;
        }
    }
}
