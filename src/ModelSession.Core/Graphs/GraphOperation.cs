using Google.Protobuf.Collections;
using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A node of a graph: an op kind with inputs, control inputs and attributes. What it computes never changes once it is added;
/// a call of a function may get further results, which its gradient needs.</summary>
public sealed class GraphOperation : IOperationContent
{
    private readonly GraphTensor[] _inputs;
    private MapField<string, AttrValue> _attributes;

    internal GraphOperation(Graph graph, int id, NodeParts parts, List<SlotType> outputs)
    {
        Graph = graph;
        Id = id;
        Schema = parts.Schema;
        Name = parts.Name;
        Device = parts.Device;
        _inputs = parts.Inputs;
        ControlInputs = parts.ControlInputs;
        _attributes = parts.Attributes;
        GraphTensor[] tensors = new GraphTensor[outputs.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new GraphTensor(this, i, outputs[i].DType, outputs[i].IsRef);
        }

        Outputs = tensors;
    }

    /// <inheritdoc cref="IOperationContent.Graph"/>
    internal Graph Graph { get; }

    /// <summary>Its place in <see cref="Graph.Operations"/>; inputs have smaller numbers, but for the back edges of loops.</summary>
    public int Id { get; }

    /// <summary>The name, unique in its graph: <c>model/conv1/weights</c>.</summary>
    public string Name { get; }

    /// <summary>The op kind: <c>MatMul</c>.</summary>
    public string Type => Schema.Name;

    /// <summary>The definition of the op kind.</summary>
    internal OpSchema Schema { get; private set; }

    /// <summary>The device it asks for; empty if any.</summary>
    public string Device { get; }

    /// <inheritdoc cref="IOperationContent.Inputs"/>
    internal IReadOnlyList<GraphTensor> Inputs => _inputs;

    /// <inheritdoc cref="IOperationContent.ControlInputs"/>
    internal IReadOnlyList<GraphOperation> ControlInputs { get; }

    /// <inheritdoc cref="IOperationContent.Outputs"/>
    internal IReadOnlyList<GraphTensor> Outputs { get; private set; }

    /// <summary>All attributes, defaults included, and those that the op kind does not know (<c>_class</c>). Not to be changed.</summary>
    internal IReadOnlyDictionary<string, AttrValue> Attributes => _attributes;

    Graph IOperationContent.Graph => Graph;

    IReadOnlyList<GraphTensor> IOperationContent.Inputs => Inputs;

    IReadOnlyList<GraphOperation> IOperationContent.ControlInputs => ControlInputs;

    IReadOnlyList<GraphTensor> IOperationContent.Outputs => Outputs;

    IReadOnlyCollection<string> IOperationContent.AttributeNames => _attributes.Keys.ToArray();

    /// <summary>An integer attribute.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public long Int(string name) => Attribute(name, AttrValue.ValueOneofCase.I).I;

    /// <summary>A float attribute.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public float Float(string name) => Attribute(name, AttrValue.ValueOneofCase.F).F;

    /// <summary>A boolean attribute.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public bool Bool(string name) => Attribute(name, AttrValue.ValueOneofCase.B).B;

    /// <summary>A string attribute, UTF-8.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public string String(string name) => Attribute(name, AttrValue.ValueOneofCase.S).S.ToStringUtf8();

    /// <summary>A type attribute.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public DType DType(string name) => DTypes.FromProto(Attribute(name, AttrValue.ValueOneofCase.Type).Type);

    /// <summary>A shape attribute.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public Shape Shape(string name) => ModelSessions.Shape.FromProto(Attribute(name, AttrValue.ValueOneofCase.Shape).Shape);

    /// <summary>A tensor attribute, parsed anew at each call.</summary>
    /// <exception cref="GraphException">There is no such attribute, of another type, or damaged.</exception>
    public Tensor Tensor(string name) => TensorCodec.Parse(Attribute(name, AttrValue.ValueOneofCase.Tensor).Tensor);

    /// <summary>An attribute that is a list of integers.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public IReadOnlyList<long> Ints(string name) => Attribute(name, AttrValue.ValueOneofCase.List).List.I;

    /// <summary>An attribute that is a list of types.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public IReadOnlyList<DType> DTypeList(string name) =>
        [.. Attribute(name, AttrValue.ValueOneofCase.List).List.Type.Select(type => DTypes.FromProto(type))];

    /// <summary>An attribute that is a list of shapes.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public IReadOnlyList<Shape> ShapeList(string name) =>
        [.. Attribute(name, AttrValue.ValueOneofCase.List).List.Shape.Select(shape => ModelSessions.Shape.FromProto(shape))];

    /// <summary>An attribute that is a list of byte strings.</summary>
    /// <exception cref="GraphException">There is no such attribute, or of another type.</exception>
    public IReadOnlyList<byte[]> ByteStrings(string name) =>
        [.. Attribute(name, AttrValue.ValueOneofCase.List).List.S.Select(item => item.ToByteArray())];

    /// <summary>An attribute that is a list of texts.</summary>
    public IReadOnlyList<string> Strings(string name) => [.. Attribute(name, AttrValue.ValueOneofCase.List).List.S.Select(text => text.ToStringUtf8())];

    /// <summary><c>model/MatMul = MatMul(model/Reshape:0, model/fc1/weights/read:0)</c>.</summary>
    public override string ToString() =>
        $"{Name} = {Type}({string.Join(", ", Inputs.Select(input => input.Name).Concat(ControlInputs.Select(control => "^" + control.Name)))})";

    /// <summary>Turns a call of functions into one that has the same results, and others behind them: what was computed on the way.</summary>
    /// <param name="schema">The op kind of the call.</param>
    /// <param name="attributes">All attributes.</param>
    /// <param name="added">The types and shapes of the further results.</param>
    /// <returns>The further results.</returns>
    internal GraphTensor[] Widen(OpSchema schema, MapField<string, AttrValue> attributes, IEnumerable<(DType DType, Shape Shape)> added)
    {
        int count = Outputs.Count;
        GraphTensor[] tensors = [.. added.Select((item, i) => new GraphTensor(this, count + i, item.DType, isRef: false) { Shape = item.Shape })];
        (Schema, _attributes, Outputs) = (schema, attributes, [.. Outputs, .. tensors]);
        return tensors;
    }

    /// <summary>Closes the back edge of a loop, made while its graph is imported or its gradients are added.</summary>
    internal void CloseLoop(int input, GraphTensor tensor) => _inputs[input] = tensor;

    internal NodeDef ToNodeDef(bool withShapes = false)
    {
        NodeDef node = new() { Name = Name, Op = Type, Device = Device };
        node.Input.AddRange(_inputs.Select(input => input.InputName));
        node.Input.AddRange(ControlInputs.Select(control => "^" + control.Name));
        foreach (KeyValuePair<string, AttrValue> attribute in _attributes)
        {
            node.Attr.Add(attribute.Key, attribute.Value);
        }

        if (withShapes && StoredShapes.Of(this) is { } shapes)
        {
            node.Attr.Add(StoredShapes.Attribute, shapes);
        }

        return node;
    }

    private AttrValue Attribute(string name, AttrValue.ValueOneofCase kind) =>
        _attributes.TryGetValue(name, out AttrValue? value) && value.ValueCase == kind
            ? value
            : throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{Name}' ({Type}) has no attribute '{name}' of kind {kind}{(value is null ? "" : $"; it is of kind {value.ValueCase}")}.",
                Name);
}
