namespace ModelSessions.Training;

/// <summary>The metrics of a binding: of one batch each, to be averaged; or over many batches, bound as <c>value</c> and <c>update</c>.</summary>
internal sealed class BoundMetrics
{
    private const string Value = ".value", Update = ".update";

    private BoundMetrics(IReadOnlyDictionary<string, string> batch, IReadOnlyDictionary<string, (string Value, string Update)> streaming) =>
        (Batch, Streaming) = (batch, streaming);

    /// <summary>Tensors of metrics of one batch, by name.</summary>
    public IReadOnlyDictionary<string, string> Batch { get; }

    /// <summary>Tensors of metrics over many batches, by name.</summary>
    public IReadOnlyDictionary<string, (string Value, string Update)> Streaming { get; }

    /// <summary>The names of all.</summary>
    public IEnumerable<string> Names => Batch.Keys.Concat(Streaming.Keys);

    /// <summary>The tensor of a metric, whatever the case of its name; null if there is none of that name.</summary>
    public string? Tensor(string name)
    {
        return Batch.Where(pair => IsIt(pair.Key)).Select(pair => pair.Value).FirstOrDefault() ?? Streaming.Where(pair => IsIt(pair.Key)).Select(pair => pair.Value.Value).FirstOrDefault();

        bool IsIt(string known) => known.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Those of a session's binding.</summary>
    public static BoundMetrics Of(ModelSession session)
    {
        IReadOnlyDictionary<string, string> names = session.Binding.NamesOf(Roles.Metrics);
        Dictionary<string, (string Value, string Update)> streaming = new(StringComparer.Ordinal);
        foreach ((string name, string tensor) in names)
        {
            if (name.EndsWith(Value, StringComparison.Ordinal) && names.TryGetValue(name[..^Value.Length] + Update, out string? update))
            {
                streaming.Add(name[..^Value.Length], (tensor, update));
            }
        }

        Dictionary<string, string> batch = names.Where(pair => !IsPart(pair.Key)).ToDictionary(StringComparer.Ordinal);
        return new BoundMetrics(batch, streaming);

        bool IsPart(string name) => Of(name, Value) || Of(name, Update);

        bool Of(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) && streaming.ContainsKey(name[..^suffix.Length]);
    }
}
