using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Gathers the entries of a bundle's index, from one data file or several, and writes them as TensorFlow does.</summary>
internal sealed class BundleIndexWriter
{
    private readonly List<BundleEntry> _entries = [];

    // The entries' keys one behind the other, and where each ends: there may be very many.
    private readonly ByteWriter _keys = new();
    private readonly List<int> _ends = [];

    // Savers add in the order of keys, mostly: from the first entry that breaks it, entries are found by name, those before by their order.
    private Dictionary<string, int>? _byName;
    private int _inOrder;

    /// <summary>The number of entries so far.</summary>
    public int Count => _entries.Count;

    /// <summary>The entries so far.</summary>
    public IEnumerable<BundleEntry> Entries => _entries;

    /// <summary>Adds an entry. One of a partitioned tensor adds its slices to those that are known.</summary>
    /// <exception cref="ArgumentException">There is a tensor of that name already, or one of another type or shape.</exception>
    public void Add(BundleEntry entry)
    {
        int start = _keys.Length;
        TensorNames.Encode(entry.Name, _keys);
        int at = Find(entry.Name, _keys.Written[start..]);
        if (at < 0)
        {
            _byName?.Add(entry.Name, _entries.Count);
            _inOrder += _byName is null ? 1 : 0;
            _entries.Add(entry);
            _ends.Add(_keys.Length);
            return;
        }

        _keys.Cut(start);
        BundleEntry known = _entries[at];
        if (known.SliceCount == 0 || entry.SliceCount == 0)
        {
            throw new ArgumentException($"Adding duplicate key: {entry.Name}. The checkpoint has a tensor of that name already.", nameof(entry));
        }

        if (known.DType != entry.DType || !known.Shape.Equals(entry.Shape))
        {
            throw new ArgumentException($"Slices of '{entry.Name}' do not fit together: {known.DType.Name()} {known.Shape} and {entry.DType.Name()} {entry.Shape}.", nameof(entry));
        }

        _entries[at] = known with { Slices = [.. known.Slices, .. entry.Slices], SliceCount = known.SliceCount + entry.SliceCount };
    }

    /// <summary>Writes the index.</summary>
    /// <param name="index">Where it goes.</param>
    /// <param name="shardCount">The number of data files that it speaks of; those without tensors need not exist.</param>
    /// <param name="shift">Is added to the number of each entry's data file.</param>
    public void WriteTo(Stream index, int shardCount, int shift = 0)
    {
        int[]? order = null;
        if (_byName is not null)
        {
            order = [.. Enumerable.Range(0, _entries.Count)];
            Array.Sort(order, (a, b) => Key(a).SequenceCompareTo(Key(b)));
        }

        TableWriter table = new(index);
        BundleHeaderProto header = new() { NumShards = shardCount, Version = new VersionDef { Producer = 1 } };
        table.Add([], header.ToByteArray());
        ByteWriter value = new();
        for (int i = 0; i < _entries.Count; i++)
        {
            int at = order?[i] ?? i;
            value.Clear();
            _entries[at].WriteTo(value, shift);
            table.Add(Key(at), value.Written);
        }

        table.Finish();
    }

    private ReadOnlySpan<byte> Key(int at) => _keys.Written[(at == 0 ? 0 : _ends[at - 1]).._ends[at]];

    // Where the entry of a key is; −1 if there is none yet.
    private int Find(string name, ReadOnlySpan<byte> key)
    {
        if (_byName is null && (_inOrder == 0 || key.SequenceCompareTo(Key(_inOrder - 1)) > 0))
        {
            return -1;
        }

        _byName ??= new Dictionary<string, int>(StringComparer.Ordinal);
        int low = 0, high = _inOrder;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = key.SequenceCompareTo(Key(middle)) > 0 ? (middle + 1, high) : (low, middle);
        }

        return low < _inOrder && key.SequenceEqual(Key(low)) ? low : _byName.GetValueOrDefault(name, -1);
    }
}
