using ModelSessions.Graphs.Gradients;
using System.Runtime.CompilerServices;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>Adds operations to a graph, named and scoped as TensorFlow's Python names and scopes them. A graph has one; it is for one
/// thread at a time.</summary>
public sealed partial class GraphBuilder
{
    /// <summary>A builder of a new graph.</summary>
    public GraphBuilder() => Graph = new Graph(this);

    internal GraphBuilder(Graph graph) => Graph = graph;

    /// <summary>The graph that it adds to.</summary>
    public Graph Graph { get; }

    /// <summary>The gradients that a user gives for operations of the graph.</summary>
    public GradientTable Gradients { get; } = new();

    /// <summary>The model that this one is built on; null if there is none.</summary>
    public BaseModel? Base { get; internal set; }

    /// <summary>Which variables are trained; null for all that want to be.</summary>
    internal TrainableNames? Trainable { get; set; }

    /// <summary>What stands in a function's body for tensors of the graph around it; null where this is no function.</summary>
    internal Func<GraphTensor, GraphTensor>? Capture { get; set; }

    /// <summary>Adds an operation named after its kind and gives its first output.</summary>
    /// <inheritdoc cref="AddOperation"/>
    public GraphTensor Add(string type, params Operand[] inputs) => AddOperation(type, null, null, inputs).Outputs[0];

    /// <summary>Adds an operation and gives its first output.</summary>
    /// <inheritdoc cref="AddOperation"/>
    [OverloadResolutionPriority(1)]
    public GraphTensor Add(string type, string? name, NodeAttributes? attributes, params Operand[] inputs) =>
        AddOperation(type, name, attributes, inputs).Outputs[0];

    /// <summary>Adds an operation. Operands that are no tensors yet become constants and reads in a scope of the operation's name.</summary>
    /// <param name="type">The op kind: <c>MatMul</c>.</param>
    /// <param name="name">The name in the current scope; the op kind if null; taken as it is if it ends with a slash.</param>
    /// <param name="attributes">Attributes; those that follow from the inputs' types and those with defaults may be left out.</param>
    /// <param name="inputs">The inputs in the order of the op's definition, lists written out.</param>
    /// <exception cref="GraphException">Unknown op kind, wrong number or types of inputs, missing attributes, or shapes that
    /// contradict.</exception>
    public GraphOperation AddOperation(string type, string? name, NodeAttributes? attributes, params Operand[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);

        // PowerShell gives "" where a text is $null.
        name = name is "" ? null : name;
        if (Array.TrueForAll(inputs, input => input.Tensor is not null))
        {
            return AddNode(type, name, attributes, Array.ConvertAll(inputs, input => input.Tensor!));
        }

        using GraphScope scope = NameScope(name ?? type);
        return AddNode(type, scope.Name, attributes, Convert(type, attributes, inputs, scope.Name));
    }

    /// <summary>Adds a name to a collection of the graph.</summary>
    public void AddToCollection(string key, GraphOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Graph.Collections.AddName(key, operation.Name);
    }

    /// <summary>Adds a tensor's name to a collection of the graph.</summary>
    public void AddToCollection(string key, GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Graph.Collections.AddName(key, tensor.Name);
    }

    /// <summary>Adds a variable to a collection of the graph, such as <see cref="CollectionKeys.GlobalStep"/>.</summary>
    public void AddToCollection(string key, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Graph.Collections.AddBytes(key, variable.ToBytes());
    }

    private GraphOperation AddNode(string type, string? name, NodeAttributes? attributes, GraphTensor[] inputs)
    {
        OpSchema schema = Graph.Schema(type) ?? throw Graph.UnknownOp(type, name ?? type);
        if (Capture is { } capture)
        {
            inputs = Array.ConvertAll(inputs, input => capture(input));
        }

        BuilderState state = State;
        string full = name is not null && name.EndsWith('/') ? name[..^1] : UniqueName(name ?? type);
        List<GraphOperation> controls = ControlsFor(inputs);
        FlowContext? flow = state.Flow?.HostOf(type, inputs);
        if (flow is not null)
        {
            // Python makes constants without a scope of their own.
            using GraphScope? gates = type == "Const" ? null : NameScope(full + "/");
            inputs = Array.ConvertAll(inputs, flow.Bring);
            flow.Order(type, inputs, controls);
        }
        else if (state.Flow is null && !FlowMap.IsGate(type))
        {
            CheckReach(inputs);
        }

        (IReadOnlyList<GraphOperation> placed, string device) = Placement(schema, inputs, state);
        NodeSpec spec = new()
        {
            Type = type,
            Name = full,
            Inputs = inputs,
            ControlInputs = controls,
            Device = device,
            Attributes = attributes?.ToMap() ?? [],
        };
        AddGroups(spec, placed, state);
        GraphOperation operation = Graph.Add(spec);
        Record(operation);
        flow?.Own(operation);
        return operation;
    }

    // A reference must be written where the variable is.
    private static (IReadOnlyList<GraphOperation> Placed, string Device) Placement(OpSchema schema, GraphTensor[] inputs, BuilderState state)
    {
        IReadOnlyList<GraphOperation> placed = state.Colocation;
        var arguments = schema.Definition.InputArg;
        for (int i = 0; i < arguments.Count && i < inputs.Length; i++)
        {
            if (arguments[i].IsRef)
            {
                placed = [.. placed, inputs[i].Operation];
            }
        }

        string device = ReferenceEquals(placed, state.Colocation) ? state.Device : "";
        return (placed, placed.LastOrDefault(operation => operation.Device.Length > 0)?.Device ?? device);
    }

    private static void AddGroups(NodeSpec spec, IReadOnlyList<GraphOperation> placed, BuilderState state)
    {
        SortedSet<string> groups = new(placed.SelectMany(ColocationGroups), StringComparer.Ordinal);
        if (groups.Count == 0 && state.Group is not null)
        {
            groups.Add(state.Group);
        }

        if (groups.Count > 0)
        {
            AttributeValue value = groups.ToArray();
            spec.Attributes["_class"] = value.Value;
        }
    }

    private static IEnumerable<string> ColocationGroups(GraphOperation operation)
    {
        string[] groups = operation.Attributes.TryGetValue("_class", out AttrValue? value) && value.List is { } list
            ? [.. list.S.Select(group => group.ToStringUtf8()).Where(group => group.StartsWith("loc:@", StringComparison.Ordinal))]
            : [];
        return groups.Length > 0 ? groups : ["loc:@" + operation.Name];
    }

    private GraphTensor[] Convert(string type, NodeAttributes? attributes, Operand[] inputs, string name)
    {
        OpSchema schema = Graph.Schema(type) ?? throw Graph.UnknownOp(type, name.TrimEnd('/'));
        var map = attributes?.ToMap() ?? [];
        GraphTensor[] tensors = new GraphTensor[inputs.Length];
        var arguments = schema.Definition.InputArg;
        int[] lengths = OpSignature.ArgumentLengths(schema, map, inputs.Length, name.TrimEnd('/'));
        Dictionary<string, DType> types = TypesGiven(schema, map, inputs, lengths);
        int at = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            OpDef.Types.ArgDef argument = arguments[i];
            bool list = argument.NumberAttr.Length > 0 || argument.TypeListAttr.Length > 0;
            DType dtype = argument.TypeAttr.Length > 0 ? types.GetValueOrDefault(argument.TypeAttr) : DTypes.FromProto(argument.Type);
            for (int k = 0; k < lengths[i]; k++, at++)
            {
                tensors[at] = inputs[at].ToTensor(this, dtype, list ? $"{argument.Name}_{k}" : argument.Name);
                if (argument.TypeAttr.Length > 0)
                {
                    types.TryAdd(argument.TypeAttr, tensors[at].DType);
                    dtype = types[argument.TypeAttr];
                }
            }
        }

        return tensors;
    }

    // The types that numbers take: those of the tensors beside them, else the attribute's default.
    private static Dictionary<string, DType> TypesGiven(
        OpSchema schema, Google.Protobuf.Collections.MapField<string, AttrValue> attributes, Operand[] inputs, int[] lengths)
    {
        Dictionary<string, DType> types = [];
        int at = 0;
        for (int i = 0; i < lengths.Length; at += lengths[i++])
        {
            string attribute = schema.Definition.InputArg[i].TypeAttr;
            if (attribute.Length == 0)
            {
                continue;
            }

            if (attributes.TryGetValue(attribute, out AttrValue? given))
            {
                types[attribute] = DTypes.FromProto(given.Type);
            }

            for (int k = at; k < at + lengths[i]; k++)
            {
                if (inputs[k].DType != DType.Invalid)
                {
                    types.TryAdd(attribute, inputs[k].DType);
                }
            }
        }

        foreach (OpDef.Types.AttrDef attribute in schema.Definition.Attr)
        {
            if (attribute.DefaultValue is { ValueCase: AttrValue.ValueOneofCase.Type } fallback)
            {
                types.TryAdd(attribute.Name, DTypes.FromProto(fallback.Type));
            }
        }

        return types;
    }
}
