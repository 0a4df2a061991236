namespace ModelSessions.Tests.Files;

/// <summary>Tests that count what all threads allocate, and so run while no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
