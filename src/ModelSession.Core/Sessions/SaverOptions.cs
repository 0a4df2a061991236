namespace ModelSessions;

/// <summary>What a saver saves and restores: the arguments of TensorFlow's <c>Saver</c>.</summary>
public sealed record SaverOptions
{
    /// <summary>Names of variables, in which <c>*</c> and <c>?</c> stand for any letters; null for all.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Names of variables that are left out, in the same form.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Variables by their names in checkpoints. Where it is given without <see cref="Include"/>, others are left out.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>Whether values of another shape, but as many elements, are taken on restoring.</summary>
    public bool Reshape { get; init; }

    /// <summary>Whether the variables of each device go into a data file of their own.</summary>
    public bool Sharded { get; init; }

    /// <summary>Whether checkpoints are written in TensorFlow's first format (<c>write_version</c> 1), for readers of its first year. TensorFlow
    /// itself, given the graph saved with them, reads both and writes the second.</summary>
    public bool FirstFormat { get; init; }

    /// <summary>The scope of the saver's nodes in the graph; a number follows if it is taken.</summary>
    public string Name { get; init; } = "save";

    /// <summary>How its checkpoints are kept; null for the session's options.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Whether it is for all variables, by their own names.</summary>
    internal bool IsWhole => Include is null && Exclude.Count == 0 && Map is null;

    /// <summary>Whether other options say the same.</summary>
    internal bool IsLike(SaverOptions other) => Same(Include, other.Include) && Same(Exclude, other.Exclude)
        && Same(Map?.OrderBy(pair => pair.Key, StringComparer.Ordinal), other.Map?.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        && (Reshape, Sharded, FirstFormat, Name, Checkpoints) == (other.Reshape, other.Sharded, other.FirstFormat, other.Name, other.Checkpoints);

    private static bool Same<T>(IEnumerable<T>? one, IEnumerable<T>? other) => one is null || other is null ? one is null && other is null : one.SequenceEqual(other);
}
