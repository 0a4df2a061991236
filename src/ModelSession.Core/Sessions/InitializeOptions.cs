namespace ModelSessions;

/// <summary>What is initialised again, and with which seed.</summary>
public sealed record InitializeOptions
{
    /// <summary>Names of variables, in which <c>*</c> and <c>?</c> stand for any letters; null for the whole session.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Names of variables that keep their values.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>A seed for other first values; null for those of the session's seed, which are the same again.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether all is meant.</summary>
    internal bool IsWhole => Include is null && Exclude.Count == 0;
}
