using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A graph whose variables have become constants.</summary>
/// <param name="Definition">The graph: what the outputs need, no more.</param>
/// <param name="Frozen">The variables that are constants now.</param>
/// <param name="Dropped">The operations that wrote such a variable: they yield what they would have written, and write nothing.</param>
public sealed record FrozenGraph(GraphDef Definition, IReadOnlyList<string> Frozen, IReadOnlyList<string> Dropped);
