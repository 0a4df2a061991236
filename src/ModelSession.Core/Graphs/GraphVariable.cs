using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A variable of a graph: a TF1 reference variable or a resource variable, with the nodes that initialise and read it.</summary>
public sealed class GraphVariable
{
    private readonly VariableDef _definition;

    private GraphVariable(VariableDef definition, GraphTensor handle, GraphTensor snapshot, GraphTensor initialValue, GraphOperation initializer)
    {
        _definition = definition;
        Handle = handle;
        Snapshot = snapshot;
        InitialValue = initialValue;
        Initializer = initializer;
        Shape = IsResource || handle.Operation.Type == "VariableV2" ? handle.Operation.Shape("shape") : handle.Shape;
    }

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph => Handle.Graph;

    /// <summary>The name of its operation, under which checkpoints hold it.</summary>
    public string Name => Handle.Operation.Name;

    /// <summary>The element type of its value.</summary>
    public DType DType => Snapshot.DType;

    /// <summary>The shape of its value, as far as it is known.</summary>
    public Shape Shape { get; }

    /// <summary>Whether it is a resource variable; else a reference variable, as TF1 made them.</summary>
    public bool IsResource => _definition.IsResource;

    /// <summary>Whether optimizers train it unless told otherwise.</summary>
    public bool IsTrainable => _definition.Trainable;

    /// <summary>The reference or the resource handle: what ops that write it take.</summary>
    public GraphTensor Handle { get; }

    /// <summary>The node that reads it for whom it may concern: <c>w/read</c> of a reference variable, <c>w/Read/ReadVariableOp</c> of a
    /// resource variable, <c>w/Read/Identity</c> of one whose reads are shared.</summary>
    public GraphTensor Snapshot { get; }

    /// <summary>The value that its initialiser assigns.</summary>
    public GraphTensor InitialValue { get; }

    /// <summary>The operation that gives it its first value.</summary>
    public GraphOperation Initializer { get; }

    /// <summary>A variable as a MetaGraph's collection describes it.</summary>
    /// <exception cref="GraphException">The graph lacks one of the nodes.</exception>
    public static GraphVariable From(Graph graph, VariableDef definition)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(definition);
        return new(
            definition,
            graph.Tensor(definition.VariableName),
            graph.Tensor(definition.SnapshotName),
            graph.Tensor(definition.InitialValueName.Length > 0 ? definition.InitialValueName : definition.SnapshotName),
            graph.Operation(definition.InitializerName));
    }

    /// <summary>Its value now: the snapshot of a reference variable or of one whose reads are shared, as in recurrent networks; a new read in
    /// the builder's scope of any other resource variable.</summary>
    public GraphTensor Read()
    {
        if (!IsResource || Snapshot.Operation.Type != "ReadVariableOp")
        {
            return Snapshot;
        }

        using GraphScope anywhere = Graph.Builder.ColocateOnlyWith(null);
        return Graph.Builder.ReadVariable(this);
    }

    /// <summary>As a MetaGraph's collection describes it.</summary>
    public VariableDef ToProto() => _definition.Clone();

    /// <summary><c>model/conv1/weights float32 [5, 5, 1, 32]</c>.</summary>
    public override string ToString() => $"{Name} {DType.Name()} {Shape}";

    /// <summary>Which part of a partitioned variable it is; null if it is whole.</summary>
    internal SaveSliceInfoDef? Slice => _definition.SaveSliceInfoDef;

    internal static GraphVariable Create(
        GraphTensor handle, GraphTensor snapshot, GraphTensor initialValue, GraphOperation initializer, Registration registration)
    {
        VariableDef definition = new()
        {
            VariableName = handle.Name,
            SnapshotName = snapshot.Name,
            InitialValueName = initialValue.Name,
            InitializerName = initializer.Name,
            IsResource = handle.DType == DType.Resource,
            Trainable = registration.Trainable && handle.Graph.Builder.Trains(handle.Operation.Name),
            SaveSliceInfoDef = registration.Slice,
        };
        return new(definition, handle, snapshot, initialValue, initializer);
    }

    internal ByteString ToBytes() => _definition.ToByteString();
}
