namespace ModelSessions.Graphs.Ops;

/// <summary>Tensors staged by one run for another.</summary>
internal static class StagingOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("Stage", shape: null);
        ops.DefineStop("StageClear", shape: null);
        ops.DefineStop("StagePeek", shape: null);
        ops.DefineStop("StageSize", Shapes.Scalar);
        ops.DefineStop("Unstage", shape: null);
        foreach (string kind in (string[])["Map", "OrderedMap"])
        {
            ops.DefineStop(kind + "Clear", shape: null);
            ops.DefineStop(kind + "IncompleteSize", Shapes.Scalar);
            ops.DefineStop(kind + "Peek", shape: null);
            ops.DefineStop(kind + "Size", Shapes.Scalar);
            ops.DefineStop(kind + "Stage", shape: null);
            ops.DefineStop(kind + "Unstage", shape: null);
            ops.DefineStop(kind + "UnstageNoKey", c => c.Output(0, Shape.Scalar));
        }
    }
}
