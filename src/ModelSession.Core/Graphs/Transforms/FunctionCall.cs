using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>A node that calls functions with its inputs.</summary>
internal sealed class FunctionCall
{
    private static readonly Dictionary<string, Form> s_forms = new(StringComparer.Ordinal)
    {
        ["Case"] = new(1, "Tin", "Tout", "branches"),
        ["If"] = new(1, "Tin", "Tout", "then_branch", "else_branch"),
        ["PartitionedCall"] = new(0, "Tin", "Tout", "f"),
        ["StatefulPartitionedCall"] = new(0, "Tin", "Tout", "f"),
        ["StatelessCase"] = new(1, "Tin", "Tout", "branches"),
        ["StatelessIf"] = new(1, "Tin", "Tout", "then_branch", "else_branch"),
        ["StatelessWhile"] = new(0, "T", "T", "cond", "body"),
        ["While"] = new(0, "T", "T", "cond", "body"),
    };

    private readonly NodeDef _node;
    private readonly Form? _form;

    private FunctionCall(NodeDef node, Form? form)
    {
        _node = node;
        _form = form;
        Functions = form is null ? [node.Op] : [.. form.Functions.SelectMany(name => Called(node, name))];
    }

    /// <summary>The names of the functions; of a loop the condition, then the body.</summary>
    public IReadOnlyList<string> Functions { get; }

    /// <summary>The first input that the functions get.</summary>
    public int FirstArgument => _form?.FirstArgument ?? 0;

    /// <summary>Whether what the function yields is what it gets next.</summary>
    public bool IsLoop => _form?.Types == _form?.OutputTypes && _form is not null;

    /// <summary>Whether an op takes functions and calls them with its inputs.</summary>
    public static bool Knows(string op) => s_forms.ContainsKey(op);

    /// <summary>A node's call: by an op that takes functions, or by the function's own name.</summary>
    public static FunctionCall Of(NodeDef node) => new(node, s_forms.GetValueOrDefault(node.Op));

    /// <summary>The same call of other functions, with values where handles were.</summary>
    public NodeDef With(IReadOnlyList<string> functions, IReadOnlyList<FrozenValue?> arguments, IReadOnlyList<FrozenValue?> outputs)
    {
        NodeDef call = _node.Clone();
        call.ExperimentalType = null;
        // A list of inputs that are handles; what it says is no longer so.
        call.Attr.Remove("_read_only_resource_inputs");
        if (_form is null)
        {
            call.Op = functions[0];
            return call;
        }

        int next = 0;
        foreach (string name in _form.Functions)
        {
            AttrValue attribute = call.Attr[name];
            foreach (NameAttrList function in attribute.ValueCase == AttrValue.ValueOneofCase.List ? attribute.List.Func : [attribute.Func])
            {
                function.Name = functions[next++];
            }
        }

        SetTypes(call, _form.Types, arguments);
        SetTypes(call, _form.OutputTypes, outputs);
        SetShapes(call, outputs);
        return call;
    }

    private static IEnumerable<string> Called(NodeDef node, string name) => !node.Attr.TryGetValue(name, out AttrValue? attribute) ? []
        : attribute.ValueCase == AttrValue.ValueOneofCase.List ? attribute.List.Func.Select(function => function.Name)
        : attribute.Func is { } function ? [function.Name] : [];

    private static void SetTypes(NodeDef call, string name, IReadOnlyList<FrozenValue?> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value && call.Attr.TryGetValue(name, out AttrValue? types) && i < types.List?.Type.Count)
            {
                types.List.Type[i] = value.Type;
            }
        }
    }

    // A handle is a scalar; its value may be anything.
    private static void SetShapes(NodeDef call, IReadOnlyList<FrozenValue?> values)
    {
        foreach (string name in (string[])["output_shapes", "_output_shapes"])
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i] is not null && call.Attr.TryGetValue(name, out AttrValue? shapes) && i < shapes.List?.Shape.Count)
                {
                    shapes.List.Shape[i] = new TensorShapeProto { UnknownRank = true };
                }
            }
        }
    }

    private sealed record Form(int FirstArgument, string Types, string OutputTypes, params string[] Functions);
}
