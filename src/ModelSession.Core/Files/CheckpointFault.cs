namespace ModelSessions;

/// <summary>Something in a checkpoint that cannot be read.</summary>
/// <param name="Tensor">The tensor; null if it is the checkpoint as a whole.</param>
/// <param name="File">The file that is missing or damaged.</param>
/// <param name="Message">What is wrong.</param>
public sealed record CheckpointFault(string? Tensor, string File, string Message);
