namespace ModelSessions.Data;

/// <summary>The order in which examples are taken: shuffled anew each time through, by a seed; or as they stand.</summary>
/// <remarks>An epoch's order follows from seed and epoch alone, so a position is a few numbers and can be gone back to.</remarks>
internal sealed class ShuffledOrder
{
    private readonly int[] _rows;
    private readonly bool _shuffle;
    private DatasetPosition _position;
    private long _orderedEpoch = -1;

    /// <summary>An order at a position.</summary>
    public ShuffledOrder(int count, bool shuffle, DatasetPosition position)
    {
        _rows = new int[count];
        _shuffle = shuffle;
        _position = position.Index < count ? position : position with { Epoch = position.Epoch + 1, Index = 0 };
    }

    /// <summary>Where the next batch begins.</summary>
    public DatasetPosition Position => _position;

    /// <summary>The next examples: as many as asked for, or as are left of this epoch. Valid until the next call.</summary>
    public ReadOnlySpan<int> Next(int batchSize)
    {
        if (_orderedEpoch != _position.Epoch)
        {
            Order(_position.Epoch);
        }

        int at = (int)_position.Index, count = Math.Min(batchSize, _rows.Length - at);
        _position = at + count == _rows.Length
            ? _position with { Epoch = _position.Epoch + 1, Index = 0 }
            : _position with { Index = at + count };
        return _rows.AsSpan(at, count);
    }

    private void Order(long epoch)
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            _rows[i] = i;
        }

        _orderedEpoch = epoch;
        if (!_shuffle)
        {
            return;
        }

        SplitMix64 random = new((ulong)_position.Seed, (ulong)epoch);
        for (int i = _rows.Length - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (_rows[i], _rows[j]) = (_rows[j], _rows[i]);
        }
    }
}
