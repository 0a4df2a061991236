namespace ModelSessions;

/// <summary>A variable that was restored.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="CheckpointName">The tensor of the checkpoint that it was restored from.</param>
public readonly record struct RestoredVariable(string Variable, string CheckpointName);

/// <summary>A variable for which a checkpoint has a value that does not fit.</summary>
/// <param name="Variable">Its name.</param>
/// <param name="CheckpointName">The tensor of the checkpoint.</param>
/// <param name="DType">The variable's element type.</param>
/// <param name="Shape">The variable's shape.</param>
/// <param name="FoundDType">The checkpoint's element type.</param>
/// <param name="FoundShape">The checkpoint's shape.</param>
public readonly record struct MisfitVariable(string Variable, string CheckpointName, DType DType, Shape Shape, DType FoundDType, Shape FoundShape);

/// <summary>What became of each variable, and of each tensor of the checkpoint, in a restore.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record RestoreReport(CheckpointInfo Checkpoint)
{
    /// <summary>The variables that were restored.</summary>
    public IReadOnlyList<RestoredVariable> Restored { get; init; } = [];

    /// <summary>Those that were to be, and that the checkpoint has no value for.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Those that were to be, and that the checkpoint has a value of another shape or type for.</summary>
    public IReadOnlyList<MisfitVariable> Misfits { get; init; } = [];

    /// <summary>The tensors of the checkpoint that no variable took.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>The variables that were not restored, had no value, and got their initial one.</summary>
    public IReadOnlyList<string> Initialized { get; init; } = [];

    /// <summary>The variables that have no value even so: they have no initialiser that can be run.</summary>
    public IReadOnlyList<string> Uninitialized { get; init; } = [];

    /// <summary>Whether every variable that was to be restored was.</summary>
    public bool IsComplete => Missing.Count == 0 && Misfits.Count == 0;

    /// <summary><c>12 restored, 1 missing, 2 of another shape or type, 4 unused, 3 initialised</c>.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        (Restored.Count, "restored"), (Missing.Count, "missing"), (Misfits.Count, "of another shape or type"),
        (Unused.Count, "unused"), (Initialized.Count, "initialised"), (Uninitialized.Count, "without a value"),
    }.Where(part => part.Item1 > 0 || part.Item2 == "restored").Select(part => $"{part.Item1:n0} {part.Item2}"));
}
