namespace ModelSessions.Data;

/// <summary>Batches of a part, one after the other: filled when they are asked for, or ahead, where reading takes its time.</summary>
internal sealed class BatchStream : IDisposable
{
    private readonly BatchFeed _feed;
    private readonly Func<Batch, bool> _next;
    private readonly OrderedWork<Batch>? _ahead;
    private readonly Stack<Batch> _free = [];
    private Batch? _current;

    /// <summary>A stream.</summary>
    /// <param name="part">What is read.</param>
    /// <param name="feed">What it is read for.</param>
    /// <param name="next">Says by <see cref="Batch.Take"/> which examples come next; false at the end. Called in order, never twice at once.</param>
    /// <param name="ahead">Whether to read ahead, where the part is one for which that pays.</param>
    public BatchStream(DatasetPart part, BatchFeed feed, Func<Batch, bool> next, bool ahead = true)
    {
        _feed = feed;
        _next = next;
        if (ahead && part.ReadsAhead)
        {
            int threads = OrderedWork<Batch>.ReaderThreads;
            _ahead = new OrderedWork<Batch>(threads, 2 * threads, Plan);
        }
    }

    /// <summary>The next batch; null at the end. The one before may be filled anew from now on.</summary>
    public Batch? Take(CancellationToken cancel)
    {
        if (_ahead is null)
        {
            _current ??= _feed.CreateBatch();
            return _next(_current) ? Filled(_current) : null;
        }

        if (_current is not null)
        {
            lock (_free)
            {
                _free.Push(_current);
            }
        }

        return _current = _ahead.Take(cancel);
    }

    /// <summary>Ends the threads that read ahead.</summary>
    public void Dispose() => _ahead?.Dispose();

    private Func<Batch>? Plan()
    {
        Batch? batch;
        lock (_free)
        {
            _free.TryPop(out batch);
        }

        batch ??= _feed.CreateBatch();
        return _next(batch) ? () => Filled(batch) : null;
    }

    private Batch Filled(Batch batch)
    {
        _feed.Fill(batch);
        return batch;
    }
}
