using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Gathers the entries of a bundle's index, from one data file or several, and writes them as TensorFlow does.</summary>
internal sealed class BundleIndexWriter
{
    private readonly List<(byte[] Key, BundleEntry Entry)> _entries = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);

    /// <summary>The entries so far.</summary>
    public IEnumerable<BundleEntry> Entries => _entries.Select(pair => pair.Entry);

    /// <summary>Adds an entry. One of a partitioned tensor adds its slices to those that are known.</summary>
    /// <exception cref="ArgumentException">There is a tensor of that name already, or one of another type or shape.</exception>
    public void Add(BundleEntry entry)
    {
        if (_byName.TryAdd(entry.Name, _entries.Count))
        {
            _entries.Add((TensorNames.Encode(entry.Name), entry));
            return;
        }

        int at = _byName[entry.Name];
        BundleEntry known = _entries[at].Entry;
        if (known.SliceCount == 0 || entry.SliceCount == 0)
        {
            throw new ArgumentException($"Adding duplicate key: {entry.Name}. The checkpoint has a tensor of that name already.", nameof(entry));
        }

        if (known.DType != entry.DType || !known.Shape.Equals(entry.Shape))
        {
            throw new ArgumentException($"Slices of '{entry.Name}' do not fit together: {known.DType.Name()} {known.Shape} and {entry.DType.Name()} {entry.Shape}.", nameof(entry));
        }

        _entries[at] = (_entries[at].Key, known with { Slices = [.. known.Slices, .. entry.Slices], SliceCount = known.SliceCount + entry.SliceCount });
    }

    /// <summary>Writes the index.</summary>
    /// <param name="index">Where it goes.</param>
    /// <param name="shardCount">The number of data files that it speaks of; those without tensors need not exist.</param>
    /// <param name="shift">Is added to the number of each entry's data file.</param>
    public void WriteTo(Stream index, int shardCount, int shift = 0)
    {
        // Savers add in this order, mostly.
        List<(byte[] Key, BundleEntry Entry)> sorted = _entries;
        if (!IsSorted())
        {
            sorted = [.. _entries];
            sorted.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        }

        TableWriter table = new(index);
        BundleHeaderProto header = new() { NumShards = shardCount, Version = new VersionDef { Producer = 1 } };
        table.Add([], header.ToByteArray());
        ByteWriter value = new();
        foreach ((byte[] key, BundleEntry entry) in sorted)
        {
            value.Clear();
            entry.WriteTo(value, shift);
            table.Add(key, value.Written);
        }

        table.Finish();
    }

    private bool IsSorted()
    {
        for (int i = 1; i < _entries.Count; i++)
        {
            if (_entries[i - 1].Key.AsSpan().SequenceCompareTo(_entries[i].Key) > 0)
            {
                return false;
            }
        }

        return true;
    }
}
