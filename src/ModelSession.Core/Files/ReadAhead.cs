using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>Reads small parts of files. Those that follow one another, as the tensors of a checkpoint do, are read many at a time.</summary>
internal sealed class ReadAhead
{
    /// <summary>The largest part that is read through this.</summary>
    public const int LargestPart = 1 << 14;

    private const int WindowSize = 1 << 17;

    private byte[] _window = [];
    private SafeFileHandle? _file;
    private long _start, _next;
    private int _length;

    /// <summary>Fills a span from a place in a file.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public void Read(SafeFileHandle file, Span<byte> target, long offset)
    {
        bool follows = file == _file && offset >= _next && offset - _next <= LargestPart;
        if (follows && offset + target.Length > _start + _length)
        {
            _start = offset;
            _length = Fill(file, offset);
        }

        if (follows)
        {
            if (target.Length > _length - (offset - _start))
            {
                throw new EndOfStreamException();
            }

            _window.AsSpan((int)(offset - _start), target.Length).CopyTo(target);
        }
        else
        {
            // The first of a row, or one by itself: no more is read than is asked for.
            ChecksumReader.ReadExactly(file, target, offset);
            (_file, _start, _length) = (file, offset + target.Length, 0);
        }

        _next = offset + target.Length;
    }

    private int Fill(SafeFileHandle file, long offset)
    {
        if (_window.Length == 0)
        {
            _window = GC.AllocateUninitializedArray<byte>(WindowSize);
        }

        int length = 0;
        while (length < _window.Length)
        {
            int read = RandomAccess.Read(file, _window.AsSpan(length), offset + length);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }
}
