using System.Buffers;
using ModelSessions.Graphs.Functions;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A dataflow graph of TensorFlow ops: operations, function library, collections. It only grows, and may be read
/// while it does.</summary>
public sealed class Graph : IGraphContent
{
    /// <summary>The newest GraphDef version that this library knows: TensorFlow 2.16's.</summary>
    public const int ProducerVersion = 1766;

    private static readonly SearchValues<char> s_nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/\\>");

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
        Library = new FunctionDefLibrary();
        Functions = new FunctionGraphs(Library);
    }

    /// <summary>The body of a function of another graph, with that graph's library.</summary>
    internal Graph(Graph caller, string function)
    {
        Builder = new GraphBuilder(this);
        Bindings = new GraphBindings(this);
        Library = caller.Library;
        Functions = caller.Functions;
        FunctionName = function;
        Versions = caller.Versions;
    }

    /// <summary>Adds operations by TensorFlow's naming rules.</summary>
    internal GraphBuilder Builder { get; }

    /// <summary>The operations in the order in which they were added, as they are now.</summary>
    internal IReadOnlyList<GraphOperation> Operations
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

    /// <summary>Versions that the graph was made with: of several imported ones the oldest producer and the strictest consumer.</summary>
    internal VersionDef Versions { get; private set; } = new() { Producer = ProducerVersion };

    /// <summary>Functions that nodes may call.</summary>
    internal FunctionDefLibrary Library { get; }

    /// <summary>The bodies of the library's functions as graphs.</summary>
    internal FunctionGraphs Functions { get; }

    /// <summary>The function whose body it is; null if it is none.</summary>
    internal string? FunctionName { get; }

    /// <summary>Named lists of names, numbers and bytes that go along in a MetaGraph.</summary>
    internal GraphCollections Collections { get; } = new();

    /// <summary>Bindings of objects that are stored with the graph.</summary>
    internal GraphBindings Bindings { get; }

    /// <summary>The seed from which random operations take theirs, as <c>tf.set_random_seed</c>; null if none is set.</summary>
    public long? Seed { get; set; }

    GraphBuilder IGraphContent.Builder => Builder;

    IReadOnlyList<GraphOperation> IGraphContent.Operations => Operations;

    VersionDef IGraphContent.Versions => Versions;

    FunctionDefLibrary IGraphContent.Library => Library;

    GraphCollections IGraphContent.Collections => Collections;

    GraphBindings IGraphContent.Bindings => Bindings;

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
        NodeParts parts = new(schema, spec.Name, [.. spec.Inputs], [.. spec.ControlInputs], spec.Device, spec.Attributes);
        lock (_gate)
        {
            if (_byName.ContainsKey(spec.Name))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"The graph has a node '{spec.Name}' already.", spec.Name);
            }

            GraphOperation operation = OperationFactory.Create(this, _count, parts, Versions.Producer);
            Register([operation]);
            return operation;
        }
    }

    /// <summary>Keeps others out while something is put together that must be seen as a whole or not at all.</summary>
    internal Lock.Scope Enter() => _gate.EnterScope();

    /// <summary>Adds what an import has put together.</summary>
    internal void Append(IReadOnlyList<GraphOperation> operations, FunctionDefLibrary functions, VersionDef versions)
    {
        lock (_gate)
        {
            Library.MergeFrom(functions);
            Versions = versions;
            Register(operations);
        }
    }

    /// <summary>Adds a function to the library, under its name or, where that is taken, one with a number behind it.</summary>
    /// <returns>The name.</returns>
    internal string AddFunction(FunctionDef function)
    {
        lock (_gate)
        {
            string name = function.Signature.Name;
            for (int i = 1; Functions.Find(function.Signature.Name) is not null; i++)
            {
                function.Signature.Name = $"{name}_{i}";
            }

            Library.Function.Add(function);
            return function.Signature.Name;
        }
    }

    /// <summary>The graph as TensorFlow's GraphDef.</summary>
    /// <param name="withShapes">Whether nodes carry the shapes of their outputs (<c>_output_shapes</c>), as in a MetaGraph of TensorFlow's.</param>
    public GraphDef ToGraphDef(bool withShapes = false)
    {
        GraphDef def = new() { Versions = Versions.Clone() };
        if (Library.CalculateSize() > 0)
        {
            def.Library = Library.Clone();
        }

        def.Node.AddRange(Operations.Select(operation => operation.ToNodeDef(withShapes)));
        return def;
    }

    /// <summary>The definition of an op kind or of a function of this graph's library; null if there is none.</summary>
    public OpSchema? Schema(string type) => OpCatalog.Find(type) ?? Functions.Schema(type);

    /// <summary>Whether a node may have that name: letters, digits, '.' first, then also '_', '-', '/', '\\', '&gt;'.</summary>
    internal static bool IsNodeName(ReadOnlySpan<char> name) =>
        name.Length > 0 && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '.') && !name.ContainsAnyExcept(s_nameCharacters);

    internal static GraphException UnknownOp(string type, string node) => new(
        StatusCode.NotFound,
        $"Node '{node}': '{type}' is no op of TensorFlow 2.16 and no function of this graph.{NearestNames.Hint(type, OpCatalog.Names)}",
        node);

    internal static (string Operation, int Index) ParseTensorName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ReadOnlySpan<char> operation = ParseTensorName(name, out int index);
        return (operation.Length == name.Length ? name : operation.ToString(), index);
    }

    internal static ReadOnlySpan<char> ParseTensorName(ReadOnlySpan<char> name, out int index)
    {
        int colon = name.LastIndexOf(':');
        if (colon > 0 && int.TryParse(name[(colon + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out index))
        {
            return name[..colon];
        }

        index = 0;
        return name;
    }

    private GraphException NoOperation(StatusCode code, string name) => new(
        code,
        $"The graph has no operation '{name}'.{NearestNames.Hint(name, Operations.Select(operation => operation.Name))}",
        name);

    private void Register(IReadOnlyList<GraphOperation> operations)
    {
        int count = _count + operations.Count;
        if (count > _operations.Length)
        {
            Array.Resize(ref _operations, Math.Max(count, _operations.Length * 2));
        }

        _byName.EnsureCapacity(count);
        foreach (GraphOperation operation in operations)
        {
            _operations[operation.Id] = operation;
            _byName.Add(operation.Name, operation);
        }

        _count = count;
    }
}
