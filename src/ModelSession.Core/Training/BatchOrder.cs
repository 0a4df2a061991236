using ModelSessions.Data;

namespace ModelSessions.Training;

/// <summary>Which examples make each batch of a training.</summary>
internal sealed class BatchOrder
{
    private readonly ShuffledOrder _order;
    private readonly long _count;
    private readonly int _batchSize;
    private readonly LastBatch _last;
    private readonly bool _leftOutCount;
    private readonly long[] _rows;
    private long _left;
    private int _taken;

    /// <summary>Batches from where an order stands.</summary>
    /// <param name="order">The order.</param>
    /// <param name="count">The number of examples in the dataset.</param>
    /// <param name="length">How many are to be taken.</param>
    /// <param name="options">The size of the batches, and what becomes of an epoch's last examples.</param>
    public BatchOrder(ShuffledOrder order, long count, TrainingLength length, TrainingOptions options)
    {
        (_order, _count, _batchSize, _last) = (order, count, options.BatchSize, options.LastBatch);
        _left = length.ExamplesOf(count);
        _leftOutCount = length.Epochs is not null;
        _rows = new long[options.BatchSize];
    }

    /// <summary>The examples of the batch. Valid until the next.</summary>
    public ReadOnlySpan<long> Rows => _rows.AsSpan(0, _taken);

    /// <summary>Where the batch after it begins.</summary>
    public DatasetPosition Position => _order.Position;

    /// <summary>Whether the data has come to its end with the batch.</summary>
    public bool EndsEpoch { get; private set; }

    /// <summary>Goes on to the next batch.</summary>
    public void Next()
    {
        if (_last == LastBatch.Drop && LeftOfEpoch < _batchSize)
        {
            _left -= _leftOutCount ? LeftOfEpoch : 0;
            _order.SkipEpoch();
        }

        long epoch = _order.Position.Epoch;
        int wanted = (int)Math.Min(_batchSize, _left);
        _taken = 0;
        do
        {
            ReadOnlySpan<long> rows = _order.Next(wanted - _taken);
            rows.CopyTo(_rows.AsSpan(_taken));
            _taken += rows.Length;
        }
        while (_last == LastBatch.CarryOver && _taken < wanted);
        _left -= _taken;
        EndsEpoch = _order.Position.Epoch > epoch || (_last == LastBatch.Drop && LeftOfEpoch < _batchSize);
    }

    private long LeftOfEpoch => _count - _order.Position.Index;
}
