namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that hand their input on.</summary>
internal static class IdentityOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("CheckNumerics", Shapes.SameAsInput, CheckNumericsGradient);
        ops.Define("CheckNumericsV2", Shapes.SameAsInput, CheckNumericsGradient);
        ops.Define("GuaranteeConst", Shapes.SameAsInput);
        ops.DefineSlices("Identity", Shapes.SameAsInput, (g, op, dy) => dy, PassValue);
        ops.DefineSlices("IdentityN", Shapes.SameAsEachInput, (g, op, dy) => dy, PassValue);
        ops.Define("InplaceAdd", Shapes.SameAsInput);
        ops.Define("InplaceSub", Shapes.SameAsInput);
        ops.Define("InplaceUpdate", Shapes.SameAsInput);
        ops.Define("PreventGradient", Shapes.SameAsInput);
        ops.DefineSlices("RefIdentity", Shapes.SameAsInput, (g, op, dy) => dy);
        ops.Define("Snapshot", Shapes.SameAsInput);
        ops.DefineStop("StopGradient", Shapes.SameAsInput, PassValue);
    }

    private static void PassValue(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.SetValue(i, c.Value(i));
        }
    }

    private static GraphTensor?[] CheckNumericsGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        string message = $"Not a number (NaN) or infinity (Inf) values detected in gradient. b'{op.String("message")}'";
        return [g.Add(op.Type, op.Type, new() { ["message"] = message }, dy[0])];
    }
}
