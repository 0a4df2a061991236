namespace ModelSessions;

/// <summary>What an import has added to a graph.</summary>
public sealed class GraphImportResult
{
    private readonly IReadOnlyDictionary<string, int> _names;
    private readonly GraphOperation[] _byNode;

    internal GraphImportResult(
        string prefix, IReadOnlyList<GraphOperation> operations, IReadOnlyList<object> returned, IReadOnlyDictionary<string, int> names, GraphOperation[] byNode, IReadOnlyList<string> warnings)
    {
        Prefix = prefix;
        Operations = operations;
        Returned = returned;
        _names = names;
        _byNode = byNode;
        Warnings = warnings;
    }

    /// <summary>The scope that the nodes got; empty for none.</summary>
    public string Prefix { get; }

    /// <summary>The operations, in the order in which they were added.</summary>
    public IReadOnlyList<GraphOperation> Operations { get; }

    /// <summary>For each of <see cref="GraphImportOptions.ReturnElements"/> its <see cref="GraphTensor"/> or
    /// <see cref="GraphOperation"/>.</summary>
    public IReadOnlyList<object> Returned { get; }

    /// <summary>What was passed over, for the user to see.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The operation that a node of the definition has become; null if the definition has no such node.</summary>
    public GraphOperation? Find(string name) => _names.TryGetValue(name, out int node) ? _byNode[node] : null;
}
