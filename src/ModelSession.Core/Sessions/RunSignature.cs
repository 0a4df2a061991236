namespace ModelSessions;

/// <summary>What a run is given and what is wanted of it, by name. Equal by content, so that it can be a key.</summary>
public sealed class RunSignature : IEquatable<RunSignature>
{
    private readonly int _hash;

    /// <summary>A signature; the order of the names is the order of the values in a run.</summary>
    /// <param name="feeds">Names of tensors that the caller gives.</param>
    /// <param name="fetches">Names of tensors that the caller wants.</param>
    /// <param name="targets">Names of operations to be run.</param>
    public RunSignature(IReadOnlyList<string> feeds, IReadOnlyList<string> fetches, IReadOnlyList<string> targets)
    {
        Feeds = [.. feeds];
        Fetches = [.. fetches];
        Targets = [.. targets];
        HashCode hash = default;
        foreach (IReadOnlyList<string> names in (ReadOnlySpan<IReadOnlyList<string>>)[Feeds, Fetches, Targets])
        {
            hash.Add(names.Count);
            foreach (string name in names)
            {
                hash.Add(name, StringComparer.Ordinal);
            }
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>Names of tensors that the caller gives.</summary>
    public IReadOnlyList<string> Feeds { get; }

    /// <summary>Names of tensors that the caller wants.</summary>
    public IReadOnlyList<string> Fetches { get; }

    /// <summary>Names of operations to be run.</summary>
    public IReadOnlyList<string> Targets { get; }

    /// <summary>Whether a run does all or nothing: variables are written last of all, and from the first such write on the run is not
    /// cancelled any more. One that is cancelled, or ended by a guard, before that leaves variables and random generators as they were
    /// (<see cref="WaitCancelledException"/>).</summary>
    public bool WritesLast { get; init; }

    /// <inheritdoc/>
    public bool Equals(RunSignature? other) => other is not null && _hash == other._hash && WritesLast == other.WritesLast
        && Feeds.SequenceEqual(other.Feeds) && Fetches.SequenceEqual(other.Fetches) && Targets.SequenceEqual(other.Targets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RunSignature);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => $"({string.Join(", ", Feeds)}) -> ({string.Join(", ", Fetches.Concat(Targets.Select(t => "^" + t)))})";
}
