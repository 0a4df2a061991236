using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The names that nodes of a definition get in a graph: with the import's prefix, and a suffix each that is in use.</summary>
internal sealed class ImportNames
{
    private readonly Graph _graph;
    private readonly NodeIndex _index;
    private readonly Lazy<HashSet<string>> _scopes;

    public ImportNames(Graph graph, NodeIndex index, string prefix)
    {
        _graph = graph;
        _index = index;
        Prefix = prefix;
        _scopes = new(() => NodeIndex.ScopesOf(graph.Operations.Select(operation => operation.Name)));
        AreKept = prefix.Length == 0 && graph.Count == 0;
    }

    /// <summary>The scope, without a slash at its end; empty for none.</summary>
    public string Prefix { get; }

    /// <summary>Whether all nodes keep their names.</summary>
    public bool AreKept { get; }

    /// <summary>The name that a node gets.</summary>
    public string Of(NodeDef node) => AreKept ? node.Name : Of(node.Name);

    /// <summary>The name that a node of that name gets.</summary>
    public string Of(string name)
    {
        string full = WithPrefix(name);
        if (_graph.Count == 0 || !IsTaken(full))
        {
            return full;
        }

        int count = 1;
        while (IsTaken($"{full}_{count}") || _index.Uses($"{name}_{count}"))
        {
            count++;
        }

        return $"{full}_{count}";
    }

    /// <summary>A name of something else than a node under the prefix: a frame, a resource.</summary>
    public string WithPrefix(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    private bool IsTaken(string name) => _graph.Find(name) is not null || _scopes.Value.Contains(name);
}
