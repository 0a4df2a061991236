using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Elements staged under keys, in parts if need be; an element can be taken once all its parts are there.</summary>
internal sealed class StagingMap(StagingLimits limits, int parts) : IDisposable
{
    private readonly SortedDictionary<long, Tensor?[]> _whole = [];
    private readonly Dictionary<long, Tensor?[]> _partial = [];
    private readonly WaitGate _gate = new();

    public int Count => _gate.Do(() => _whole.Count);

    public int PartialCount => _gate.Do(() => _partial.Count);

    public void Put(long key, ReadOnlySpan<int> indices, Tensor[] values, CancellationToken cancel)
    {
        int[] places = Places(indices, values.Length);
        long added = StagingArea.BytesOf(values);
        limits.Check(added);
        _gate.When(() => limits.HasRoom(_whole.Count, limits.MemoryLimit > 0 ? Bytes() : 0, added), () => Put(key, places, values), cancel);
    }

    public Tensor[] Take(long key, ReadOnlySpan<int> indices, CancellationToken cancel)
    {
        int[] places = Places(indices, indices.Length);
        return _gate.When(() => _whole.ContainsKey(key), () => Take(key, places, remove: true), cancel);
    }

    public (long Key, Tensor[] Values) TakeAny(ReadOnlySpan<int> indices, CancellationToken cancel)
    {
        int[] places = Places(indices, indices.Length);
        return _gate.When(() => _whole.Count > 0, () =>
        {
            long first = _whole.Keys.First();
            return (first, Take(first, places, remove: true));
        }, cancel);
    }

    public Tensor[] Peek(long key, ReadOnlySpan<int> indices, CancellationToken cancel)
    {
        int[] places = Places(indices, indices.Length);
        return _gate.When(() => _whole.ContainsKey(key), () => Take(key, places, remove: false), cancel);
    }

    public void Clear() => _gate.Do(() =>
    {
        _whole.Clear();
        _partial.Clear();
        return true;
    });

    public void Dispose() => _gate.Dispose();

    private bool Put(long key, int[] places, Tensor[] values)
    {
        Tensor?[] element = _partial.TryGetValue(key, out Tensor?[]? begun) ? begun : new Tensor?[parts];
        if (System.Array.FindIndex(places, place => element[place] is not null) is >= 0 and var taken)
        {
            throw Failure.Invalid($"The tensor for index '{places[taken]}' for key '{key}' was already initialized '{parts}'.");
        }

        for (int i = 0; i < places.Length; i++)
        {
            element[places[i]] = values[i];
        }

        if (System.Array.TrueForAll(element, part => part is not null))
        {
            _partial.Remove(key);
            return _whole.TryAdd(key, element);
        }

        _partial[key] = element;
        return false;
    }

    private Tensor[] Take(long key, int[] places, bool remove)
    {
        Tensor?[] element = _whole[key];
        Tensor[] taken = System.Array.ConvertAll(
            places, place => element[place] ?? throw Failure.Invalid($"Tensor at index '{place}' for key '{key}' has already been removed."));
        if (remove)
        {
            System.Array.ForEach(places, place => element[place] = null);
            if (System.Array.TrueForAll(element, part => part is null))
            {
                _whole.Remove(key);
            }
        }

        return taken;
    }

    private long Bytes() => _whole.Values.Concat(_partial.Values).Sum(StagingArea.BytesOf);

    private int[] Places(ReadOnlySpan<int> indices, int count)
    {
        if (indices.Length != count)
        {
            throw Failure.Invalid($"There are {indices.Length} indices for {count} values.");
        }

        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= parts)
            {
                throw Failure.Invalid($"Index '{indices[i]}' is not among the {parts} of an element.");
            }

            if (i > 0 && indices[i] <= indices[i - 1])
            {
                throw Failure.Invalid("Indices are not strictly ordered");
            }
        }

        return indices.ToArray();
    }
}
