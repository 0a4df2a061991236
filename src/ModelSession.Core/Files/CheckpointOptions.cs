namespace ModelSessions;

/// <summary>How checkpoints are kept: the options of TensorFlow's <c>Saver</c> that outlast a single save.</summary>
/// <param name="MaxToKeep">How many stay in the folder; 0 = all.</param>
/// <param name="FlushToDisk">Whether a checkpoint survives a loss of power the moment it is saved; else it survives the end of the process only.</param>
public sealed record CheckpointOptions(int MaxToKeep = CheckpointOptions.DefaultMaxToKeep, bool FlushToDisk = true)
{
    /// <summary>TensorFlow's default for <see cref="MaxToKeep"/>.</summary>
    public const int DefaultMaxToKeep = 5;

    /// <summary>TensorFlow's default for <see cref="KeepEveryHours"/>: more than a year, which is as good as never.</summary>
    public const double NeverKept = 10_000;

    /// <summary>One checkpoint in so many hours stays for good when it makes place for newer ones: <c>keep_checkpoint_every_n_hours</c>.</summary>
    public double KeepEveryHours { get; init; } = NeverKept;

    /// <summary>Whether iterations have at least eight digits in names, so that names are listed in their order: <c>pad_step_number</c>.</summary>
    public bool PadIteration { get; init; }

    /// <summary>Whether checkpoints of the same name that the folder's state file lists count, so that retention goes on after a restart.
    /// If not, a saver counts only its own, as TensorFlow's does until <c>recover_last_checkpoints</c> is called.</summary>
    public bool CountExisting { get; init; } = true;

    /// <summary>The clock by which <see cref="KeepEveryHours"/> is measured.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
