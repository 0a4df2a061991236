namespace ModelSessions.Graphs.Ops;

/// <summary>Writing rows of variables.</summary>
internal static class ScatterOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("ScatterAdd", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterDiv", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterMax", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterMin", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterMul", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterNdAdd", c => c.Output(0, ScatterRule.Check(c, c.Input(0), 1)));
        ops.DefineStop("ScatterNdSub", c => c.Output(0, ScatterRule.Check(c, c.Input(0), 1)));
        ops.DefineStop("ScatterNdUpdate", c => c.Output(0, ScatterRule.Check(c, c.Input(0), 1)));
        ops.DefineStop("ScatterSub", c => c.Output(0, Check(c, c.Input(0))));
        ops.DefineStop("ScatterUpdate", c => c.Output(0, Check(c, c.Input(0))));
        foreach (string type in (string[])["Add", "Div", "Max", "Min", "Mul", "Sub", "Update"])
        {
            ops.DefineStop("ResourceScatter" + type, c => Check(c, ResourceVariableOps.VariableShape(c.Operation.Inputs[0])));
        }

        foreach (string type in (string[])["Add", "Max", "Min", "Sub", "Update"])
        {
            ops.DefineStop("ResourceScatterNd" + type, c => ScatterRule.Check(c, ResourceVariableOps.VariableShape(c.Operation.Inputs[0]), 1));
        }
    }

    // A row for each index, or one number for all.
    private static Shape Check(ShapeContext c, Shape variable)
    {
        if (variable.Rank > 0 && c.Input(2).Rank != 0)
        {
            c.Merge(c.Input(2), Shapes.Concat(c.Input(1), Shapes.Sub(variable, 1, variable.Rank)));
        }

        return variable;
    }
}
