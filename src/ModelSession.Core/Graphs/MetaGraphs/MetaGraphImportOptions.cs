namespace ModelSessions;

/// <summary>How a MetaGraph comes into a graph; TensorFlow's <c>import_meta_graph</c>.</summary>
public sealed record MetaGraphImportOptions
{
    /// <summary>The scope that nodes, and names in collections, get; a scope that is in use gets a suffix. Empty for none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Tensors of the graph that stand in for some of the MetaGraph's, by <c>name:0</c>, and for all of its
    /// <c>$unbound_inputs_…</c>.</summary>
    public IReadOnlyDictionary<string, GraphTensor> InputMap { get; init; } = new Dictionary<string, GraphTensor>();

    /// <summary>What of the MetaGraph is to be given back: tensors by <c>name:0</c>, operations by <c>name</c>.</summary>
    public IReadOnlyList<string> ReturnElements { get; init; } = [];

    /// <summary>Whether nodes keep the devices that they ask for, which are mostly those of another machine.</summary>
    public bool KeepDevices { get; init; }

    /// <inheritdoc cref="GraphImportOptions.IgnoreShapeConflicts"/>
    public bool IgnoreShapeConflicts { get; init; }

    /// <summary>Whether resource variables, tables and queues share their contents with those of the graph that have the same
    /// <c>shared_name</c>, as in TensorFlow.</summary>
    public bool ShareResources { get; init; }
}
