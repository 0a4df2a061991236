using System.Buffers;

namespace ModelSessions.Data;

/// <summary>Bytes of some rows that stand together, and where each of them lies. Its memory goes back to a pool.</summary>
internal sealed class RowBlock : IDisposable
{
    private byte[] _bytes;
    private int[] _starts = [];
    private int[] _lengths = [];

    /// <summary>A block.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="bytes">Rented memory, which is the block's from now on.</param>
    /// <param name="firstRow">The number of its first row in the source, from 0.</param>
    /// <param name="firstLine">The line on which it starts, from 1; null if there are no lines.</param>
    public RowBlock(ByteSource source, byte[] bytes, long firstRow, long? firstLine) =>
        (Source, _bytes, FirstRow, FirstLine) = (source, bytes, firstRow, firstLine);

    /// <summary>Where it comes from.</summary>
    public ByteSource Source { get; }

    /// <summary>The number of its first row, from 0.</summary>
    public long FirstRow { get; }

    /// <summary>The line on which it starts, from 1; null if there are no lines.</summary>
    public long? FirstLine { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that it takes.</summary>
    public int Size => _bytes.Length;

    /// <summary>The memory that rows lie in.</summary>
    public byte[] Bytes => _bytes;

    /// <summary>A row's bytes.</summary>
    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_starts[row], _lengths[row]);

    /// <summary>A row's bytes.</summary>
    public ReadOnlyMemory<byte> Memory(int row) => _bytes.AsMemory(_starts[row], _lengths[row]);

    /// <summary>Where a row starts in <see cref="Bytes"/>.</summary>
    public int Start(int row) => _starts[row];

    /// <summary>Adds a row.</summary>
    public void Add(int start, int length)
    {
        if (Count == _starts.Length)
        {
            Array.Resize(ref _starts, Math.Max(64, 2 * Count));
            Array.Resize(ref _lengths, _starts.Length);
        }

        (_starts[Count], _lengths[Count]) = (start, length);
        Count++;
    }

    /// <summary>Wrong data in one of its rows.</summary>
    public ModelFileException Fault(int row, string? column, string message) => new(
        Source.Path,
        FirstRow + row + 1,
        FirstLine is { } line ? line + _bytes.AsSpan(0, _starts[row]).Count((byte)'\n') : null,
        column,
        message);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
