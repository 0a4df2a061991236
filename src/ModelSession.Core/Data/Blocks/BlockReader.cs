using System.Buffers;
using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Reads the rows of a source from its beginning, block by block.</summary>
internal sealed class BlockReader(ByteSource source, RowFraming framing) : IDisposable
{
    /// <summary>A block ends with the last row within so many bytes, or is one larger row.</summary>
    public const int BlockSize = 1 << 18;

    /// <summary>A row must not be larger: else what stands in memory at once would have no bound.</summary>
    public const int LargestRow = 1 << 25;

    private readonly Stream _stream = source.Open();
    private byte[] _rest = [];
    private int _restLength;
    private bool _isEnd;
    private bool _hasStarted;
    private long _offset;
    private long _row;
    private long _line = 1;

    /// <summary>How far the file is read, as it lies on the disk.</summary>
    public long Position => _stream switch
    {
        GZipStream packed => packed.BaseStream.Position,
        ZLibStream packed => packed.BaseStream.Position,
        _ => _stream.Position,
    };

    /// <summary>Where the last block stands.</summary>
    public BlockPlace Place { get; private set; }

    private bool HasLines => framing.HasLines && source.HasLines;

    /// <summary>The next block; null at the end. It is the caller's.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or a row is too large.</exception>
    public RowBlock? Next()
    {
        try
        {
            return Read();
        }
        catch (ModelFileException error) when (source.Path is { } path)
        {
            throw error.In(path);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, source.Path, $"what is packed is damaged: {error.Message}", innerException: error);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(source.Path ?? "memory", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private RowBlock? Read()
    {
        int size = BlockSize;
        while (true)
        {
            byte[] bytes = ArrayPool<byte>.Shared.Rent(size);
            // The pool gives more than is asked for; a block's end must not depend on how much.
            int length = Fill(bytes.AsSpan(0, size));
            if (!_hasStarted)
            {
                int header = framing.Header(source, bytes.AsSpan(0, length), _isEnd && _restLength == 0);
                if (header >= 0)
                {
                    _hasStarted = true;
                    Keep(bytes.AsSpan(header, length - header));
                    Pass(bytes.AsSpan(0, header));
                    ArrayPool<byte>.Shared.Return(bytes);
                    continue;
                }
            }
            else
            {
                RowBlock block = new(source, bytes, _row, HasLines ? _line : null);
                int consumed = framing.Split(block, length, _isEnd && _restLength == 0, _offset);
                if (block.Count > 0)
                {
                    return Whole(block, consumed, length);
                }

                if (consumed > 0 || length == 0)
                {
                    // Blank lines, or nothing at all.
                    Keep(bytes.AsSpan(consumed, length - consumed));
                    Pass(bytes.AsSpan(0, consumed));
                    block.Dispose();
                    if (length == 0)
                    {
                        return null;
                    }

                    continue;
                }
            }

            Keep(bytes.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(bytes);
            if (_isEnd && length < size)
            {
                return null;
            }

            size = size < LargestRow ? 2 * size : throw new ModelFileException(
                StatusCode.InvalidArgument, source.Path,
                $"row {_row + 1:n0}{(HasLines ? $" (line {_line:n0})" : "")} is longer than {LargestRow >> 20} MiB. {(framing.HasLines ? "A quote may have been opened and never closed." : "Such rows are not read.")}", _offset);
        }
    }

    private RowBlock Whole(RowBlock block, int consumed, int length)
    {
        Place = new BlockPlace(_offset, consumed, block.Count, _row, block.FirstLine);
        Keep(block.Bytes.AsSpan(consumed, length - consumed));
        Pass(block.Bytes.AsSpan(0, consumed));
        _row += block.Count;
        return block;
    }

    private int Fill(Span<byte> bytes)
    {
        int length = Math.Min(_restLength, bytes.Length);
        _rest.AsSpan(0, length).CopyTo(bytes);
        _rest.AsSpan(length, _restLength - length).CopyTo(_rest);
        _restLength -= length;
        while (length < bytes.Length && !_isEnd)
        {
            int read = _stream.Read(bytes[length..]);
            length += read;
            _isEnd = read == 0;
        }

        return length;
    }

    // Before what is kept already.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        int needed = bytes.Length + _restLength;
        byte[] target = needed <= _rest.Length ? _rest : new byte[Math.Max(needed, BlockSize)];
        _rest.AsSpan(0, _restLength).CopyTo(target.AsSpan(bytes.Length));
        bytes.CopyTo(target);
        (_rest, _restLength) = (target, needed);
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        _offset += bytes.Length;
        _line += framing.HasLines ? bytes.Count((byte)'\n') : 0;
    }
}

/// <summary>Where a block stands in its file, unpacked.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="FirstRow">The number of the first of them, from 0.</param>
/// <param name="FirstLine">The line on which it starts, from 1; null if there are no lines.</param>
internal readonly record struct BlockPlace(long Offset, int Length, int Rows, long FirstRow, long? FirstLine);
