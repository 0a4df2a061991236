namespace ModelSessions;

/// <summary>Which variables optimizers may train, by patterns of their names, whatever a model says of them itself.</summary>
internal sealed class TrainableNames(IReadOnlyList<string> patterns)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether a variable is one of them.</summary>
    public bool Takes(string variable)
    {
        _seen.Add(variable);
        return patterns.Any(pattern => NamePatterns.Matches(pattern, variable));
    }

    /// <summary>Makes sure that each pattern has found something.</summary>
    /// <exception cref="GraphException">One has not.</exception>
    public void Check() => NamePatterns.Pick(_seen, patterns, [], "trainable variable");
}
