namespace ModelSessions;

/// <summary>What of a checkpoint is restored, and into which variables.</summary>
public sealed record RestoreOptions
{
    /// <summary>Names of the variables that are restored, in which <c>*</c> and <c>?</c> stand for any letters; null for all of the saver's.</summary>
    public IReadOnlyList<string>? Include { get; init; }

    /// <summary>Names of variables that are not, in the same form.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Variables by other names in the checkpoint than the saver's: <c>dense_1/kernel</c> → <c>dense/kernel</c>. One <c>*</c> in both
    /// stands for the same letters: <c>old/*</c> → <c>new/*</c>. Variables that are not named here keep their names.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>Whether values of another shape, but as many elements, are taken.</summary>
    public bool Reshape { get; init; }

    /// <summary>Whether variables get their moving averages (<c>w/ExponentialMovingAverage</c>) instead of their last values:
    /// TensorFlow's <c>variables_to_restore</c>.</summary>
    public bool MovingAverage { get; init; }

    /// <summary>Whether the rest is restored where the checkpoint has no fitting value for some variables. Those keep their values; the ones
    /// without get their initial values. Else that is an error, and nothing is changed.</summary>
    public bool Partial { get; init; }

    /// <summary>Is told how many bytes of values are read.</summary>
    public Action<WorkProgress>? Progress { get; init; }

    /// <summary>Whether something is asked for that only a checkpoint can give.</summary>
    internal bool NeedsCheckpoint => !IsWhole || Reshape;

    /// <summary>Whether the checkpoint's variables go to those of the same names, all of them.</summary>
    internal bool IsWhole => Include is null && Exclude.Count == 0 && Map is null && !MovingAverage;
}
