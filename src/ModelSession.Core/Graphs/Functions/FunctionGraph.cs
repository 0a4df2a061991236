namespace ModelSessions.Graphs.Functions;

/// <summary>The body of a function as a graph.</summary>
/// <param name="Name">The function, with the attributes that its callers set.</param>
/// <param name="Graph">The nodes, with the library of the caller.</param>
/// <param name="Arguments">What callers give: outputs of <c>_Arg</c> nodes.</param>
/// <param name="Results">What callers get.</param>
/// <param name="Effects">What is run for its effect, in any order that the edges allow.</param>
internal sealed record FunctionGraph(
    string Name, Graph Graph, IReadOnlyList<GraphTensor> Arguments, IReadOnlyList<GraphTensor> Results, IReadOnlyList<GraphOperation> Effects)
{
    /// <summary>The operations that a call needs; arguments are given.</summary>
    public IEnumerable<GraphOperation> Roots => Results.Except(Arguments).Select(result => result.Operation).Concat(Effects);
}
