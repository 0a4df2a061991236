namespace ModelSessions.Training;

/// <summary>A list that stays short: when it is full, every second item goes, and from then on every second new one is kept. The first
/// and the newest are always there. What is kept depends on how many there were, on nothing else.</summary>
internal sealed class Thinned<T>(int most)
{
    private readonly List<T> _items = [];
    private long _seen;
    private long _stride = 1;
    private bool _lastIsExtra;

    /// <summary>What is kept.</summary>
    public IReadOnlyList<T> Items => _items;

    public void Add(T item)
    {
        if (_lastIsExtra)
        {
            _items.RemoveAt(_items.Count - 1);
        }

        if (_items.Count >= most)
        {
            _stride *= 2;
            Halve(_items);
        }

        _items.Add(item);
        _lastIsExtra = _seen++ % _stride != 0;
    }

    /// <summary>Takes the newest item out and gives it another value.</summary>
    public void Replace(T item) => _items[^1] = item;

    /// <summary>Thins a finished list, its first and its last item apart.</summary>
    public static IReadOnlyList<T> Of(IReadOnlyList<T> items, int most)
    {
        List<T> kept = [.. items];
        T? last = kept.LastOrDefault();
        while (kept.Count > most)
        {
            bool hadLast = kept.Count % 2 != 0;
            Halve(kept);
            if (!hadLast)
            {
                kept.Add(last!);
            }
        }

        return kept;
    }

    private static void Halve(List<T> items)
    {
        for (int i = 0; 2 * i < items.Count; i++)
        {
            items[i] = items[2 * i];
        }

        items.RemoveRange((items.Count + 1) / 2, items.Count / 2);
    }
}
