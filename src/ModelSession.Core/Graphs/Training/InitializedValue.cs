namespace ModelSessions;

/// <summary>A variable's value if it has one, else its first value: what variables begin with that follow another one, in whatever order
/// initialisers run. The nodes are those of Python's <c>cond(is_variable_initialized(v), v.read_value, lambda: v.initial_value)</c>.</summary>
internal static class InitializedValue
{
    public static GraphTensor Of(GraphBuilder g, GraphVariable variable)
    {
        GraphTensor ready = g.Add(variable.IsResource ? "VarIsInitializedOp" : "IsVariableInitialized", variable.Handle);
        using GraphScope scope = g.NameScope("cond");
        GraphOperation branches = g.AddOperation("Switch", null, null, ready, ready);
        g.Identity(branches.Outputs[1], "switch_t");
        g.Identity(branches.Outputs[0], "switch_f");
        GraphTensor predicate = g.Identity(ready, "pred_id");
        GraphTensor value = variable.IsResource ? Resource(g, variable, predicate) : Reference(g, variable, predicate);
        GraphTensor first = SwitchAt(g, variable.InitialValue, predicate, null).Outputs[0];
        return g.Add("Merge", null, null, first, value);
    }

    /// <summary>The same value where a reference variable takes it at once when the graph is initialised: Python copies the nodes that would read
    /// a variable without a value, and lets the copies take the initialised value.</summary>
    public static GraphTensor Guarded(GraphBuilder g, GraphVariable variable, GraphTensor value, string name)
    {
        GraphTensor initialized = Of(g, variable);
        GraphOperation merge = value.Operation, read = merge.Inputs[1].Operation, branch = read.Inputs[0].Operation;
        using GraphScope top = g.NameScope(null);
        GraphOperation ours = g.AddOperation("Switch", $"{branch.Name}_{name}/", null, initialized, branch.Inputs[1]);
        GraphTensor again = g.Add("Identity", $"{read.Name}_{name}/", null, ours.Outputs[1]);
        return g.Add("Merge", $"{merge.Name}_{name}/", null, merge.Inputs[0], again);
    }

    private static GraphTensor Reference(GraphBuilder g, GraphVariable variable, GraphTensor predicate)
    {
        using GraphScope scope = g.NameScope("read");
        GraphTensor taken = g.AddOperation("RefSwitch", "Switch", null, variable.Handle, predicate).Outputs[1];
        return g.Identity(taken, scope.Name);
    }

    private static GraphTensor Resource(GraphBuilder g, GraphVariable variable, GraphTensor predicate)
    {
        GraphTensor read;
        using (g.NameScope("Read"))
        using (GraphScope scope = g.NameScope("ReadVariableOp"))
        {
            GraphTensor handle = SwitchAt(g, variable.Handle, predicate, "Switch").Outputs[1];
            read = g.Add("ReadVariableOp", scope.Name, new() { ["dtype"] = variable.DType }, handle);
        }

        return g.Identity(read);
    }

    private static GraphOperation SwitchAt(GraphBuilder g, GraphTensor value, GraphTensor predicate, string? name)
    {
        using GraphScope place = g.ColocateOnlyWith(value.Operation);
        return g.AddOperation("Switch", name, null, value, predicate);
    }
}
