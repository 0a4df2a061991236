using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using ModelSessions.Graphs.Ops;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A dataflow graph of TensorFlow ops: operations, function library, collections. It only grows, and may be read
/// while it does.</summary>
public sealed partial class Graph
{
    /// <summary>The newest GraphDef version that this library knows: TensorFlow 2.16's.</summary>
    public const int ProducerVersion = 1766;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, GraphOperation> _byName = new(StringComparer.Ordinal);
    private GraphOperation[] _operations = new GraphOperation[16];
    private volatile int _count;

    /// <summary>An empty graph.</summary>
    public Graph()
        : this(null)
    {
    }

    internal Graph(GraphBuilder? builder)
    {
        Builder = builder ?? new GraphBuilder(this);
        Bindings = new GraphBindings(this);
    }

    /// <summary>Adds operations by TensorFlow's naming rules.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>The operations in the order in which they were added, as they are now.</summary>
    public IReadOnlyList<GraphOperation> Operations
    {
        get
        {
            lock (_gate)
            {
                return new ArraySegment<GraphOperation>(_operations, 0, _count);
            }
        }
    }

    /// <summary>The number of operations; a graph has changed if it has.</summary>
    public int Count => _count;

    /// <summary>Versions that the graph was made with.</summary>
    public VersionDef Versions { get; internal set; } = new() { Producer = ProducerVersion };

    /// <summary>Functions that nodes may call.</summary>
    public FunctionDefLibrary Library { get; } = new();

    /// <summary>Named lists of names, numbers and bytes that go along in a MetaGraph.</summary>
    public GraphCollections Collections { get; } = new();

    /// <summary>Bindings of objects that are stored with the graph.</summary>
    public GraphBindings Bindings { get; }

    /// <summary>The seed from which random operations take theirs, as <c>tf.set_random_seed</c>; null if none is set.</summary>
    public long? Seed { get; set; }

    /// <summary>The operation of that name; null if there is none.</summary>
    public GraphOperation? Find(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    /// <summary>The operation of that name.</summary>
    /// <exception cref="GraphException">There is none; the message lists the nearest names.</exception>
    public GraphOperation Operation(string name) => Find(name) ?? throw NoOperation(StatusCode.NotFound, name);

    /// <summary>The tensor of that name: <c>operation:index</c>, or an operation's name for its output 0.</summary>
    /// <exception cref="GraphException">There is no such operation (InvalidArgument, as in TensorFlow) or output (OutOfRange).</exception>
    public GraphTensor Tensor(string name)
    {
        (string operationName, int index) = ParseTensorName(name);
        GraphOperation operation = Find(operationName) ?? throw NoOperation(StatusCode.InvalidArgument, operationName);
        return index < operation.Outputs.Count
            ? operation.Outputs[index]
            : throw new GraphException(
                StatusCode.OutOfRange,
                $"'{name}': operation '{operationName}' ({operation.Type}) has {operation.Outputs.Count} outputs.",
                operationName);
    }

    /// <summary>Adds an operation.</summary>
    /// <exception cref="GraphException">Unknown op kind, taken or malformed name, wrong number or types of inputs, missing
    /// attributes, or shapes that contradict.</exception>
    public GraphOperation Add(NodeSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OpSchema schema = Schema(spec.Type) ?? throw UnknownOp(spec.Type, spec.Name);
        CheckDeprecation(schema, spec.Name);
        MapField<string, AttrValue> attributes = spec.Attributes;
        if (!OpSignature.IsComplete(schema, attributes))
        {
            OpSignature.InferFromInputs(schema, attributes, spec.Inputs, spec.Name);
            OpSignature.FillDefaults(schema, attributes, spec.Name);
        }

        AttributeRules.Check(schema, attributes, spec.Name);
        CheckInputs(schema, spec, OpSignature.Expand(schema.Definition.InputArg, attributes, spec.Name));
        List<SlotType> outputs = OpSignature.Expand(schema.Definition.OutputArg, attributes, spec.Name);
        lock (_gate)
        {
            CheckName(spec.Name);
            GraphOperation operation = new(this, _count, schema, spec, attributes, outputs);
            OpRules.InferShapes(operation);
            if (_count == _operations.Length)
            {
                Array.Resize(ref _operations, _count * 2);
            }

            _operations[_count] = operation;
            _byName.Add(spec.Name, operation);
            _count++;
            return operation;
        }
    }

    /// <summary>The graph as TensorFlow's GraphDef.</summary>
    public GraphDef ToGraphDef()
    {
        GraphDef def = new() { Versions = Versions.Clone() };
        if (Library.CalculateSize() > 0)
        {
            def.Library = Library.Clone();
        }

        def.Node.AddRange(Operations.Select(operation => operation.ToNodeDef()));
        return def;
    }

    /// <summary>The definition of an op kind or of a function of this graph's library; null if there is none.</summary>
    public OpSchema? Schema(string type) => OpCatalog.Find(type)
        ?? (Library.Function.FirstOrDefault(function => function.Signature.Name == type) is { } function ? new OpSchema(function.Signature) : null);

    internal static bool IsNodeName(string name) => NodeName().IsMatch(name);

    internal static GraphException UnknownOp(string type, string node) => new(
        StatusCode.NotFound,
        $"Node '{node}': '{type}' is no op of TensorFlow 2.16 and no function of this graph.{NearestNames.Hint(type, OpCatalog.Names)}",
        node);

    internal static (string Operation, int Index) ParseTensorName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int colon = name.LastIndexOf(':');
        return colon > 0 && int.TryParse(name.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int index)
            ? (name[..colon], index)
            : (name, 0);
    }

    private GraphException NoOperation(StatusCode code, string name) => new(
        code,
        $"The graph has no operation '{name}'.{NearestNames.Hint(name, Operations.Select(operation => operation.Name))}",
        name);

    private void CheckDeprecation(OpSchema schema, string node)
    {
        if (schema.Definition.Deprecation is { } removed && Versions.Producer >= removed.Version)
        {
            throw new GraphException(
                StatusCode.Unimplemented,
                $"Node '{node}': op {schema.Name} was removed in GraphDef version {removed.Version}; this graph's is {Versions.Producer}. {removed.Explanation}".TrimEnd(),
                node);
        }
    }

    private void CheckName(string name)
    {
        if (!IsNodeName(name))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{name}' is not a node name: letters, digits, '.' first, then also '_', '-', '/', '\\', '>'.", name);
        }

        if (_byName.ContainsKey(name))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The graph has a node '{name}' already.", name);
        }
    }

    private void CheckInputs(OpSchema schema, NodeSpec spec, List<SlotType> expected)
    {
        if (expected.Count != spec.Inputs.Count)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{spec.Name}' ({schema.Name}) takes {expected.Count} inputs ({string.Join(", ", schema.Definition.InputArg.Select(a => a.Name))}); it is given {spec.Inputs.Count}.",
                spec.Name);
        }

        for (int i = 0; i < expected.Count; i++)
        {
            GraphTensor input = spec.Inputs[i];
            if (input.Graph != this)
            {
                throw new GraphException(StatusCode.InvalidArgument, $"Node '{spec.Name}': input {i} '{input.Name}' belongs to another graph.", spec.Name);
            }

            if (input.DType != expected[i].DType || (expected[i].IsRef && !input.IsRef))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"Node '{spec.Name}' ({schema.Name}): input {i} '{input.Name}' is {input.DType.Name()}{(input.IsRef ? "_ref" : "")}; it must be {expected[i].DType.Name()}{(expected[i].IsRef ? "_ref" : "")}.",
                    spec.Name);
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")]
    private static partial Regex NodeName();
}
