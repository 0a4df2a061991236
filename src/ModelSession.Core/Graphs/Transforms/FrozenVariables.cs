using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>The variables that are frozen, and their values.</summary>
internal sealed class FrozenVariables(FreezeOptions options, Func<string, Tensor?> read)
{
    // Protocol buffers end at 2 GiB; a little is left for the nodes.
    private const long LargestGraph = int.MaxValue - (1 << 20);

    private readonly HashSet<string>? _include = options.Include?.ToHashSet(StringComparer.Ordinal);
    private readonly HashSet<string> _exclude = options.Exclude?.ToHashSet(StringComparer.Ordinal) ?? [];
    private readonly List<string> _missing = [];
    private readonly List<string> _frozen = [];
    private long _bytes;

    /// <summary>Those that became constants.</summary>
    public IReadOnlyList<string> Frozen => _frozen;

    /// <summary>Those without a value.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>What a node carries if it is a variable to be frozen; else null.</summary>
    public FrozenValue? Find(NodeDef node, bool inFunction)
    {
        bool isRef = node.Op is "Variable" or "VariableV2";
        if (!isRef && node.Op != "VarHandleOp")
        {
            return null;
        }

        string name = Name(node, inFunction);
        return (_include is null || _include.Contains(name)) && !_exclude.Contains(name)
            ? new FrozenValue(node.Attr.TryGetValue("dtype", out AttrValue? dtype) ? dtype.Type : DataType.DtInvalid, isRef, false)
            : null;
    }

    /// <summary>The constant in the place of a variable.</summary>
    public NodeDef Constant(NodeDef variable, bool inFunction)
    {
        string name = Name(variable, inFunction);
        NodeDef constant = new() { Name = variable.Name, Op = "Const" };
        Tensor? value = read(name);
        if (value is null)
        {
            _missing.Add(name);
            return constant;
        }

        _bytes += value.ByteLength;
        if (_bytes > LargestGraph)
        {
            throw new GraphException(
                StatusCode.ResourceExhausted,
                $"With the variable '{name}' the frozen graph has {_bytes:n0} bytes; a graph file holds at most 2 GiB. Leave large variables out of freezing, or export a SavedModel.",
                name);
        }

        constant.Attr["dtype"] = new AttrValue { Type = value.DType.ToProto() };
        constant.Attr["value"] = new AttrValue { Tensor = TensorCodec.ToProto(value) };
        _frozen.Add(name);
        return constant;
    }

    // Functions reach a variable of the graph by the name that it is shared under; names of nodes are their own there.
    private static string Name(NodeDef node, bool inFunction) =>
        inFunction && node.Attr.TryGetValue("shared_name", out AttrValue? shared) && shared.S.Length > 0 ? shared.S.ToStringUtf8() : node.Name;
}
