namespace ModelSessions;

/// <summary>What <see cref="GraphFreezer"/> is to freeze.</summary>
public sealed record FreezeOptions
{
    /// <summary>Names of the operations or tensors that are wanted of the frozen graph.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>The variables that become constants; null for all that the outputs need.</summary>
    public IReadOnlyCollection<string>? Include { get; init; }

    /// <summary>Variables that stay variables; null for none.</summary>
    public IReadOnlyCollection<string>? Exclude { get; init; }
}
