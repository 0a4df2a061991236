using Google.Protobuf.Collections;
using ModelSessions.Graphs.Importing;
using ModelSessions.Graphs.Ops;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Functions;

/// <summary>Makes the graph of a function: arguments become <c>_Arg</c> nodes, inputs by the names of outputs become inputs by number,
/// open attributes get the caller's values.</summary>
internal sealed class FunctionGraphBuilder
{
    private const string ArgumentOp = "_Arg";

    private readonly Graph _caller;
    private readonly FunctionDef _definition;
    private readonly MapField<string, AttrValue> _attributes;
    private readonly GraphDef _body = new();
    private readonly Dictionary<string, string[]> _arguments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, int>> _outputs = new(StringComparer.Ordinal);

    private readonly CalledFunctions _called;

    private FunctionGraphBuilder(Graph caller, FunctionDef definition, MapField<string, AttrValue> attributes, CalledFunctions called)
    {
        _caller = caller;
        _called = called;
        _definition = definition;
        _attributes = attributes.Clone();
        foreach (OpDef.Types.AttrDef open in definition.Signature.Attr)
        {
            if (open.DefaultValue is not null && !_attributes.ContainsKey(open.Name))
            {
                _attributes.Add(open.Name, open.DefaultValue);
            }
        }
    }

    /// <summary>Makes the graph.</summary>
    /// <param name="caller">The graph that calls the function.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="definition">The function.</param>
    /// <param name="attributes">What the call sets.</param>
    /// <param name="called">Checks the functions that the body calls.</param>
    /// <exception cref="GraphException">The function is not sound.</exception>
    public static FunctionGraph Build(Graph caller, string name, FunctionDef definition, MapField<string, AttrValue> attributes, CalledFunctions called) =>
        new FunctionGraphBuilder(caller, definition, attributes, called).Build(name);

    private FunctionGraph Build(string name)
    {
        foreach (OpDef.Types.ArgDef argument in _definition.Signature.InputArg)
        {
            AddArgument(argument);
        }

        NodeDef[] nodes = [.. _definition.NodeDef.Select(Adapt)];
        foreach (NodeDef node in nodes)
        {
            _outputs[node.Name] = OutputOffsets(node);
        }

        foreach (NodeDef node in nodes)
        {
            ReadInputs(node);
            _body.Node.Add(node);
        }

        Graph graph = new(_caller, name);
        _body.Versions = _caller.Versions.Clone();
        GraphImporter.Import(graph, _body, new GraphImportOptions { Prefix = "", Called = _called });
        GraphTensor[] results = [.. _definition.Signature.OutputArg.SelectMany(result => CheckTypes(result, [.. Results(result).Select(graph.Tensor)]))];
        IEnumerable<GraphOperation> effects = _definition.ControlRet.Values.Select(graph.Operation)
            .Concat(graph.Operations.Where(operation => operation.Schema.IsStateful && operation.Type != ArgumentOp));
        return new FunctionGraph(
            name, graph, [.. _arguments.Values.SelectMany(names => names).Select(argument => graph.Operation(argument).Outputs[0])], results, [.. effects.Distinct()]);
    }

    private void AddArgument(OpDef.Types.ArgDef argument)
    {
        List<SlotType> types = OpSignature.Expand([argument], _attributes, argument.Name);
        bool list = argument.NumberAttr.Length + argument.TypeListAttr.Length > 0;
        string[] names = [.. types.Select((_, i) => list ? $"{argument.Name}_{i}" : argument.Name)];
        for (int i = 0; i < names.Length; i++)
        {
            int index = _body.Node.Count;
            NodeDef node = new() { Name = names[i], Op = ArgumentOp };
            node.Attr.Add("T", new AttrValue { Type = types[i].DType.ToProto() });
            node.Attr.Add("index", new AttrValue { I = index });
            TensorFacts known = _called.Argument(index);
            if (known.Variable.HasRank)
            {
                AttrValue variable = new() { List = new() };
                variable.List.Shape.Add(known.Variable.ToProto());
                node.Attr.Add(ResourceVariableOps.HandleShapes, variable);
            }

            if (!known.Shape.HasRank && _definition.ArgAttr.TryGetValue((uint)index, out FunctionDef.Types.ArgAttrs? attributes)
                && attributes.Attr.TryGetValue(StoredShapes.Attribute, out AttrValue? shapes))
            {
                node.Attr.Add(StoredShapes.Attribute, shapes.Clone());
            }

            _body.Node.Add(node);
        }

        _arguments.Add(argument.Name, names);
    }

    private NodeDef Adapt(NodeDef node)
    {
        NodeDef copy = node.Clone();
        // It may name nodes of the graph that the function came from.
        copy.Attr.Remove("_class");
        foreach (AttrValue value in copy.Attr.Values)
        {
            SetOpen(value);
        }

        return copy;
    }

    private void SetOpen(AttrValue value)
    {
        if (value.ValueCase == AttrValue.ValueOneofCase.Placeholder)
        {
            AttrValue given = _attributes.TryGetValue(value.Placeholder, out AttrValue? found)
                ? found
                : throw Unsound($"its attribute '{value.Placeholder}' is not set by the caller");
            value.MergeFrom(given);
        }
        else if (value.ValueCase == AttrValue.ValueOneofCase.Func)
        {
            SetOpen(value.Func);
        }
        else if (value.ValueCase == AttrValue.ValueOneofCase.List)
        {
            foreach (NameAttrList function in value.List.Func)
            {
                SetOpen(function);
            }
        }
    }

    private void SetOpen(NameAttrList function)
    {
        foreach (AttrValue value in function.Attr.Values)
        {
            SetOpen(value);
        }
    }

    // The number of the first tensor of each output of a node.
    private Dictionary<string, int> OutputOffsets(NodeDef node)
    {
        OpSchema schema = _caller.Schema(node.Op) ?? throw Graph.UnknownOp(node.Op, node.Name);
        MapField<string, AttrValue> attributes = node.Attr.Clone();
        foreach (OpDef.Types.AttrDef attribute in schema.Definition.Attr)
        {
            if (attribute.DefaultValue is not null && !attributes.ContainsKey(attribute.Name))
            {
                attributes.Add(attribute.Name, attribute.DefaultValue);
            }
        }

        Dictionary<string, int> offsets = new(StringComparer.Ordinal);
        int next = 0;
        foreach (OpDef.Types.ArgDef output in schema.Definition.OutputArg)
        {
            offsets[output.Name] = next;
            bool single = output.NumberAttr.Length + output.TypeListAttr.Length == 0;
            next += single ? 1 : OpSignature.Expand([output], attributes, node.Name).Count;
        }

        return offsets;
    }

    private void ReadInputs(NodeDef node)
    {
        string[] inputs = [.. node.Input];
        node.Input.Clear();
        foreach (string input in inputs)
        {
            if (!input.StartsWith('^'))
            {
                node.Input.AddRange(Tensors(input));
            }
            else if (!_arguments.ContainsKey(input[1..]))
            {
                // Arguments are there from the start.
                node.Input.Add(input);
            }
        }
    }

    private string[] Results(OpDef.Types.ArgDef result) => _definition.Ret.TryGetValue(result.Name, out string? source)
        ? Tensors(source)
        : throw Unsound($"it does not say what its result '{result.Name}' is");

    private GraphTensor[] CheckTypes(OpDef.Types.ArgDef result, GraphTensor[] sources)
    {
        List<SlotType> types = OpSignature.Expand([result], _attributes, result.Name);
        return types.Select(type => type.DType).SequenceEqual(sources.Select(source => source.DType))
            ? sources
            : throw Unsound($"its result '{result.Name}' is to be {string.Join(", ", types.Select(type => type.DType.Name()))}, not {string.Join(", ", sources.Select(source => source.DType.Name()))}");
    }

    // "argument", "argument:0" of a list, "node:output:0", or "node:output" for all of a list.
    private string[] Tensors(string source)
    {
        string[] parts = source.Split(':');
        if (_arguments.TryGetValue(parts[0], out string[]? names))
        {
            return parts.Length == 1 ? names : [names[Number(parts[1], source)]];
        }

        if (parts.Length < 2 || !_outputs.TryGetValue(parts[0], out Dictionary<string, int>? outputs) || !outputs.TryGetValue(parts[1], out int first))
        {
            throw Unsound($"'{source}' is none of its arguments or outputs of its nodes");
        }

        return [$"{parts[0]}:{first + (parts.Length > 2 ? Number(parts[2], source) : 0)}"];
    }

    private int Number(string text, string source) => int.TryParse(text, out int number) && number >= 0 && number < 1 << 20
        ? number
        : throw Unsound($"'{source}' has no number where one is wanted");

    private GraphException Unsound(string what) =>
        new(StatusCode.InvalidArgument, $"The function '{_definition.Signature.Name}' cannot be used: {what}.", _definition.Signature.Name);
}
