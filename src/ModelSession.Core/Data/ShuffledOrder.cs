namespace ModelSessions.Data;

/// <summary>The order in which examples are taken: shuffled anew each time through, by a seed; or as they stand.</summary>
/// <remarks>An epoch's order follows from seed and epoch alone, so a position is a few numbers and can be gone back to. Where rows lie in
/// blocks, the blocks are put into a random order (unless they can only be read one after the other), and the rows of some blocks at a time.</remarks>
internal sealed class ShuffledOrder
{
    private readonly long _count;
    private readonly bool _shuffle;
    private readonly RowLayout? _layout;
    private DatasetPosition _position;
    private long _orderedEpoch = -1;
    private ulong _key;
    private int[] _blocks = [];
    private int _nextBlock;
    private int _nextWindow;
    private long[] _window = [];
    private long _windowStart;
    private int _windowCount;
    private long[] _batch = [];

    /// <summary>An order at a position.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="shuffle">Whether they are shuffled.</param>
    /// <param name="position">Where to begin.</param>
    /// <param name="layout">How they lie in blocks; null if any row can be read at the same cost.</param>
    public ShuffledOrder(long count, bool shuffle, DatasetPosition position, RowLayout? layout = null)
    {
        _count = count;
        _shuffle = shuffle;
        _layout = layout;
        _position = position.Index < count ? position : position with { Epoch = position.Epoch + 1, Index = 0 };
    }

    /// <summary>Where the next batch begins.</summary>
    public DatasetPosition Position => _position;

    /// <summary>The next examples: as many as asked for, or as are left of this epoch. Valid until the next call.</summary>
    public ReadOnlySpan<long> Next(int batchSize)
    {
        if (_shuffle && _orderedEpoch != _position.Epoch)
        {
            Begin(_position.Epoch);
        }

        long at = _position.Index;
        int count = (int)Math.Min(batchSize, _count - at);
        if (_batch.Length < count)
        {
            _batch = new long[count];
        }

        for (int i = 0; i < count; i++)
        {
            _batch[i] = _shuffle ? Shuffled(at + i) : at + i;
        }

        _position = at + count == _count
            ? _position with { Epoch = _position.Epoch + 1, Index = 0 }
            : _position with { Index = at + count };
        return _batch.AsSpan(0, count);
    }

    /// <summary>Leaves out what is left of this epoch.</summary>
    public void SkipEpoch() => _position = _position with { Epoch = _position.Epoch + 1, Index = 0 };

    private void Begin(long epoch)
    {
        _orderedEpoch = epoch;
        (_nextBlock, _nextWindow, _windowStart, _windowCount) = (0, 0, 0, 0);
        SplitMix64 random = new((ulong)_position.Seed, (ulong)epoch);
        if (_layout is null)
        {
            Fill(0, checked((int)_count), 0);
            random.Shuffle(_window.AsSpan(0, _windowCount));
            return;
        }

        _key = random.Next();
        _blocks = [.. Enumerable.Range(0, _layout.BlockCount)];
        if (!_layout.IsSequential)
        {
            random.Shuffle<int>(_blocks);
        }
    }

    private long Shuffled(long index)
    {
        while (index >= _windowStart + _windowCount)
        {
            NextWindow();
        }

        return _window[index - _windowStart];
    }

    private void NextWindow()
    {
        _windowStart += _windowCount;
        _windowCount = 0;
        ReadOnlySpan<int> blocks = _blocks.AsSpan(_nextBlock);
        blocks = blocks[.._layout!.Window(blocks)];
        foreach (int block in blocks)
        {
            Fill(_layout.Start(block), _layout.Count(block), _windowCount);
        }

        _nextBlock += blocks.Length;
        new SplitMix64(_key, (ulong)_nextWindow++).Shuffle(_window.AsSpan(0, _windowCount));
    }

    private void Fill(long first, int count, int at)
    {
        if (_window.Length < at + count)
        {
            Array.Resize(ref _window, Math.Max(at + count, Math.Min(2 * _window.Length, Array.MaxLength)));
        }

        for (int i = 0; i < count; i++)
        {
            _window[at + i] = first + i;
        }

        _windowCount = at + count;
    }
}
