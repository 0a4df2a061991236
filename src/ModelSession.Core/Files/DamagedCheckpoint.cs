namespace ModelSessions;

/// <summary>A checkpoint of a folder that is not whole.</summary>
/// <param name="Prefix">The full path without the endings of its files.</param>
/// <param name="Iteration">The number at the end of its name.</param>
/// <param name="Error">What is wrong.</param>
public sealed record DamagedCheckpoint(string Prefix, long? Iteration, ModelSessionException Error);
