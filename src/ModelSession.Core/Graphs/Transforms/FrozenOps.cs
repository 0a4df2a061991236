using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>What becomes of an operation when the variable that it works on is a constant.</summary>
internal static class FrozenOps
{
    // Hand the reference or handle on; a form for values exists under the other name.
    private static readonly Dictionary<string, string> s_passing = new(StringComparer.Ordinal)
    {
        ["Enter"] = "Enter",
        ["Exit"] = "Exit",
        ["Identity"] = "Identity",
        ["Merge"] = "Merge",
        ["NextIteration"] = "NextIteration",
        ["RefEnter"] = "Enter",
        ["RefExit"] = "Exit",
        ["RefIdentity"] = "Identity",
        ["RefMerge"] = "Merge",
        ["RefNextIteration"] = "NextIteration",
        ["RefSwitch"] = "Switch",
        ["Switch"] = "Switch",
    };

    // Write to a reference and yield it: the value that they would have written, without writing it.
    private static readonly Dictionary<string, string> s_assignments = new(StringComparer.Ordinal)
    {
        ["Assign"] = "Identity",
        ["AssignAdd"] = "AddV2",
        ["AssignSub"] = "Sub",
    };

    private static readonly HashSet<string> s_resourceAssignments = new(StringComparer.Ordinal)
    {
        "AssignAddVariableOp", "AssignSubVariableOp", "AssignVariableOp", "DestroyResourceOp",
    };

    /// <summary>Whether an input wants the reference or handle itself, not only the value behind it.</summary>
    public static bool WantsVariable(string op, int input, FrozenValue value) =>
        !value.IsRef || (OpCatalog.Find(op)?.Definition.InputArg is { Count: > 0 } arguments && arguments[Math.Min(input, arguments.Count - 1)].IsRef);

    /// <summary>Whether an operation's outputs stand for the same variable as its input: the handle, or the reference that it wrote to.</summary>
    public static bool Passes(string op) => s_passing.ContainsKey(op) || s_assignments.ContainsKey(op);

    /// <summary>Whether an operation's outputs are called the same after its conversion.</summary>
    public static bool KeepsOutputs(string op) => s_passing.ContainsKey(op);

    /// <summary>Whether it writes the variable.</summary>
    public static bool Assigns(string op) => s_assignments.ContainsKey(op) || s_resourceAssignments.Contains(op);

    /// <summary>The operation that does the same with the value; null if there is none. It has the same name.</summary>
    /// <param name="node">The operation; one of its inputs is a value now.</param>
    /// <param name="value">The value.</param>
    /// <param name="after">An input as one that is only waited for; null for what need not be.</param>
    /// <param name="add">Takes a node that is needed besides, and says how its output is named as an input.</param>
    public static NodeDef? Convert(NodeDef node, FrozenValue value, Func<string, string?> after, Func<NodeDef, string> add)
    {
        if (s_passing.TryGetValue(node.Op, out string? passing))
        {
            NodeDef same = node.Clone();
            same.Op = passing;
            same.ExperimentalType = null;
            same.Attr["T"] = new AttrValue { Type = value.Type };
            return same;
        }

        if (s_assignments.TryGetValue(node.Op, out string? arithmetic))
        {
            return Make(node, arithmetic, node.Op == "Assign" ? node.Input.Skip(1) : node.Input, ("T", new AttrValue { Type = value.Type }));
        }

        return s_resourceAssignments.Contains(node.Op)
            ? Make(node, "NoOp", node.Input.Select(after).OfType<string>().Distinct(StringComparer.Ordinal))
            : Read(node, value, after, add);
    }

    /// <summary>How a converted operation's output is called in a function's body.</summary>
    public static string OutputName(string op) => op is "AddV2" or "Sub" ? "z" : "output";

    // A read waits for nothing any more: its control inputs ordered it among assignments.
    private static NodeDef? Read(NodeDef node, FrozenValue value, Func<string, string?> after, Func<NodeDef, string> add)
    {
        AttrValue type = new() { Type = value.Type };
        switch (node.Op)
        {
            case "ReadVariableOp":
                return Make(node, "Identity", node.Input.Take(1), ("T", type));
            case "VariableShape":
                return Make(node, "Shape", node.Input.Take(1), ("T", type), ("out_type", Attribute(node, "out_type", new AttrValue { Type = DataType.DtInt32 })));
            case "ResourceGather":
                return Gather(node, type, value.InLoop ? after(node.Input[1]) : null, add);
            case "ResourceGatherNd":
                return Make(node, "GatherNd", node.Input.Take(2), ("Tparams", type), ("Tindices", Attribute(node, "Tindices", new AttrValue())));
            case "IsVariableInitialized" or "VarIsInitializedOp":
                return Make(
                    node,
                    "Const",
                    node.Input.Select(after).OfType<string>(),
                    ("dtype", new AttrValue { Type = DataType.DtBool }),
                    ("value", new AttrValue { Tensor = TensorCodec.ToProto(Tensor.Scalar(true)) }));
            default:
                return null;
        }
    }

    private static NodeDef Gather(NodeDef node, AttrValue type, string? frame, Func<NodeDef, string> add)
    {
        AttrValue indices = Attribute(node, "Tindices", new AttrValue { Type = DataType.DtInt32 });
        AttrValue batch = Attribute(node, "batch_dims", new AttrValue { I = 0 });
        NodeDef axis = new() { Name = $"{node.Name}/axis", Op = "Const" };
        Tensor number = indices.Type == DataType.DtInt64 ? Tensor.Scalar(batch.I) : Tensor.Scalar((int)batch.I);
        axis.Attr["dtype"] = indices;
        axis.Attr["value"] = new AttrValue { Tensor = TensorCodec.ToProto(number) };
        if (frame is not null)
        {
            // A constant without inputs stands outside of all loops.
            axis.Input.Add(frame);
        }

        NodeDef gather = Make(
            node, "GatherV2", node.Input.Take(2).Append(add(axis)), ("Tparams", type), ("Tindices", indices), ("Taxis", indices.Clone()));
        gather.Attr["batch_dims"] = batch;
        return gather;
    }

    private static NodeDef Make(NodeDef node, string op, IEnumerable<string> inputs, params (string Name, AttrValue Value)[] attributes)
    {
        NodeDef made = new() { Name = node.Name, Op = op, Device = node.Device };
        made.Input.AddRange(inputs);
        foreach ((string name, AttrValue value) in attributes)
        {
            made.Attr[name] = value;
        }

        if (node.Attr.TryGetValue("_class", out AttrValue? location))
        {
            made.Attr["_class"] = location.Clone();
        }

        return made;
    }

    private static AttrValue Attribute(NodeDef node, string name, AttrValue missing) =>
        node.Attr.TryGetValue(name, out AttrValue? value) ? value.Clone() : missing;
}
