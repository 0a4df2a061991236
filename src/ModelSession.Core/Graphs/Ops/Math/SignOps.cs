namespace ModelSessions.Graphs.Ops;

/// <summary>Magnitudes and signs.</summary>
internal static class SignOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Abs", Shapes.SameAsInput, (g, op, dy) => [dy[0] * g.Add("Sign", op.Inputs[0])]);
        ops.Define("Sign", Shapes.SameAsInput, (g, op, dy) => [g.ZerosLike(op.Inputs[0])]);
    }
}
