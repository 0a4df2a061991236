namespace ModelSessions.PowerShell;

/// <summary>What Test-ModelCheckpoint found.</summary>
/// <param name="Prefix">The checkpoint.</param>
/// <param name="TensorCount">The number of tensors that were read.</param>
/// <param name="Faults">What is wrong; none if it is sound.</param>
public sealed record CheckpointTest(string Prefix, int TensorCount, IReadOnlyList<CheckpointFault> Faults)
{
    /// <summary>The prefix without its folder.</summary>
    public string Name => Path.GetFileName(Prefix);

    /// <summary>The folder.</summary>
    public string Folder => Path.GetDirectoryName(Prefix)!;

    /// <summary>How good its model is; null if it was not tested.</summary>
    public EvaluationResult? Evaluation { get; init; }

    /// <summary>The limits that the model misses.</summary>
    public MissedLimit[] Missed { get; init; } = [];

    /// <summary>Whether it is sound, and its model misses no limit.</summary>
    public bool Passed => IsSound && Missed.Length == 0;

    /// <summary>Whether everything can be read and every checksum is right.</summary>
    public bool IsSound => Faults.Count == 0;
}
