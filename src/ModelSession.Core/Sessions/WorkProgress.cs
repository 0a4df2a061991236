namespace ModelSessions;

/// <summary>How far a piece of long work is. It is told on the thread that asked for the work, often: who shows it, picks.</summary>
/// <param name="Done">So much is done.</param>
/// <param name="Total">Of so much; null where that is not known.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct WorkProgress(long Done, long? Total, WorkUnit Unit);

/// <summary>What the progress of work counts.</summary>
public enum WorkUnit
{
    /// <summary>Bytes of files or variables.</summary>
    Bytes,

    /// <summary>Checkpoints.</summary>
    Checkpoints,

    /// <summary>Examples.</summary>
    Examples,

    /// <summary>Files.</summary>
    Files,

    /// <summary>Rows of a file.</summary>
    Rows,

    /// <summary>Runs of a graph.</summary>
    Runs,

    /// <summary>Tensors.</summary>
    Tensors,
}
