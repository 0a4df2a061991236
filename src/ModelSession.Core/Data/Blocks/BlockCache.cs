namespace ModelSessions.Data;

/// <summary>The blocks that rows are being taken from: two windows of the order and some more, those used last.</summary>
/// <typeparam name="T">What is kept of a block.</typeparam>
internal sealed class BlockCache<T>(Func<int, T> load, Func<T, int> size)
    where T : class, IDisposable
{
    private const long LargestSize = 2L * RowLayout.WindowSize + (RowLayout.WindowSize >> 1);

    private readonly Dictionary<int, Entry> _entries = [];
    private readonly Lock _gate = new();
    private long _size;
    private long _clock;

    /// <summary>The bytes that are kept.</summary>
    public long Size => Interlocked.Read(ref _size);

    /// <summary>Uses a block; it stays until <see cref="Release"/>.</summary>
    public T Rent(int block)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(block, out entry!))
            {
                _entries[block] = entry = new Entry();
            }

            entry.Users++;
            entry.Used = ++_clock;
        }

        try
        {
            return entry.Value ?? Load(block, entry);
        }
        catch
        {
            Release(block);
            throw;
        }
    }

    /// <summary>Ends the use of a block.</summary>
    public void Release(int block)
    {
        lock (_gate)
        {
            Entry entry = _entries[block];
            entry.Users--;
            if (entry.Users == 0 && entry.Value is null)
            {
                _entries.Remove(block);
            }
        }
    }

    private T Load(int block, Entry entry)
    {
        // One thread reads it; the others that want it wait.
        lock (entry)
        {
            if (entry.Value is { } there)
            {
                return there;
            }

            T value = load(block);
            entry.Value = value;
            lock (_gate)
            {
                _size += size(value);
                while (_size > LargestSize && Oldest() is { } old)
                {
                    _size -= size(_entries[old].Value!);
                    _entries[old].Value!.Dispose();
                    _entries.Remove(old);
                }
            }

            return value;
        }
    }

    private int? Oldest()
    {
        int? oldest = null;
        long used = long.MaxValue;
        foreach ((int block, Entry entry) in _entries)
        {
            if (entry.Users == 0 && entry.Value is not null && entry.Used < used)
            {
                (oldest, used) = (block, entry.Used);
            }
        }

        return oldest;
    }

    private sealed class Entry
    {
        public T? Value { get; set; }

        public int Users { get; set; }

        public long Used { get; set; }
    }
}
