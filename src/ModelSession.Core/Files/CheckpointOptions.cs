namespace ModelSessions;

/// <summary>How checkpoints are kept.</summary>
/// <param name="MaxToKeep">How many of one stem stay in the folder; 0 = all.</param>
/// <param name="FlushToDisk">Whether a checkpoint survives a loss of power the moment it is saved; else it survives the end of the process only.</param>
public sealed record CheckpointOptions(int MaxToKeep = 5, bool FlushToDisk = true);
