using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What the import of a MetaGraph has added to a graph. All names are the graph's, scope included.</summary>
public sealed class MetaGraphImportResult
{
    internal MetaGraphImportResult(Graph graph, GraphImportResult nodes, IReadOnlyList<string> warnings)
    {
        Graph = graph;
        Nodes = nodes;
        Warnings = warnings;
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>The scope that names got; empty for none.</summary>
    public string Scope => Nodes.Prefix;

    /// <summary>The operations, and what was asked to be given back.</summary>
    public GraphImportResult Nodes { get; }

    /// <summary>The nodes that save and restore; null if the MetaGraph has none.</summary>
    public SaverDef? Saver { get; internal init; }

    /// <summary>Its signatures by name.</summary>
    public IReadOnlyDictionary<string, SignatureDef> Signatures { get; internal init; } = new Dictionary<string, SignatureDef>();

    /// <summary>The files that constants of it stand for.</summary>
    public IReadOnlyList<AssetFileDef> Assets { get; internal init; } = [];

    /// <summary>The tags of the MetaGraph.</summary>
    public IReadOnlyList<string> Tags { get; internal init; } = [];

    /// <summary>What was passed over: collections that hold nothing known, stored shapes that contradict the graph.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What a file's new graph carries of a session; null if the import was into another graph.</summary>
    internal SessionRecord? Record { get; set; }
}
