using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>How a GraphDef comes into a graph that has nodes already; TensorFlow's <c>import_graph_def</c>.</summary>
public sealed record GraphImportOptions
{
    /// <summary>The scope that imported nodes get, in the builder's current one. A scope that is in use gets a suffix, one that ends with a
    /// slash is taken as it is. With an empty one nodes keep their names, and each that is in use gets a suffix by itself.</summary>
    public string Prefix { get; init; } = "import";

    /// <summary>Tensors of the graph that stand in for some of the definition's: by <c>name:0</c> or <c>name</c>; by <c>^name</c> the
    /// operation of the tensor is waited for instead of that node.</summary>
    public IReadOnlyDictionary<string, GraphTensor> InputMap { get; init; } = new Dictionary<string, GraphTensor>();

    /// <summary>What of the definition is to be given back: tensors by <c>name:0</c>, operations by <c>name</c>.</summary>
    public IReadOnlyList<string> ReturnElements { get; init; } = [];

    /// <summary>Operations that all imported ones must wait for.</summary>
    public IReadOnlyList<GraphOperation> ControlInputs { get; init; } = [];

    /// <summary>The definitions of ops as the graph's maker knew them: attributes that are unknown here and have the default there are
    /// left out.</summary>
    public OpList? ProducerOps { get; init; }

    /// <summary>Whether nodes lose the devices that they ask for.</summary>
    public bool ClearDevices { get; init; }

    /// <summary>Whether variables, tables and queues share their contents with those of the graph that have the same
    /// <c>shared_name</c>, as in TensorFlow. Else the imported ones get names and contents of their own.</summary>
    public bool ShareResources { get; init; }

    /// <summary>Whether stored shapes of outputs that contradict the graph are passed over with a warning. Else they are an error, as in
    /// TensorFlow.</summary>
    public bool IgnoreShapeConflicts { get; init; }

    /// <summary>The functions that nodes may call, where a function's body is looked at; null for those of the graph and the definition.</summary>
    internal Graphs.Importing.CalledFunctions? Called { get; init; }

    /// <summary>Called with the prefix, and a way to find operations by their new names, before anything is added; what it throws stops
    /// the import.</summary>
    internal Action<string, Func<string, GraphOperation?>>? BeforeCommit { get; init; }
}
