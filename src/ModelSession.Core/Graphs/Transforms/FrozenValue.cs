using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>What an edge carries in place of a frozen variable's reference or handle: its value.</summary>
/// <param name="Type">The element type.</param>
/// <param name="IsRef">Whether it stands for a reference; else for a resource handle.</param>
/// <param name="InLoop">Whether it came in through an Enter, so that what is put beside it must be in the same frame.</param>
internal sealed record FrozenValue(DataType Type, bool IsRef, bool InLoop);
