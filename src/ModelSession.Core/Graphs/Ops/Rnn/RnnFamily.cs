namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in rnn_ops.cc: cells of recurrent networks in one op.</summary>
internal static class RnnFamily
{
    private const int States = 7;

    public static void Define(OpTable ops)
    {
        ops.Define("BlockLSTM", SequenceShape, SequenceGradient);
        ops.Define("BlockLSTMGrad", SequenceGradShape);
        ops.Define("BlockLSTMGradV2", SequenceGradShape);
        ops.Define("BlockLSTMV2", SequenceShape, SequenceGradient);
        ops.Define("GRUBlockCell", c => c.Outputs([c.Input(0, 2)[0], c.Input(1, 2)[1]]));
        ops.Define("GRUBlockCellGrad", GruGradShape);
        ops.Define("LSTMBlockCell", c => c.Outputs([c.Input(0, 2)[0], c.Input(1, 2)[1]]));
        ops.Define("LSTMBlockCellGrad", CellGradShape);
    }

    private static void SequenceShape(ShapeContext c)
    {
        Shape x = c.Input(1, 3), bias = c.Input(c.InputCount - 1, 1);
        c.Outputs([x[0], x[1], bias[0] < 0 ? -1 : bias[0] / 4]);
    }

    private static void SequenceGradShape(ShapeContext c)
    {
        for (int i = 0; i < c.OutputCount; i++)
        {
            c.Output(i, c.Input(i + 1, i switch { 0 => 3, < 4 => 2, _ => 1 }));
        }
    }

    private static void GruGradShape(ShapeContext c)
    {
        Shape x = c.Input(0, 2), h = c.Input(1, 2), weights = c.Input(2, 2);
        c.Output(0, x);
        c.Output(1, [x[0], h[1]]);
        c.Output(2, [x[0], h[1]]);
        c.Output(3, [x[0], weights[1]]);
    }

    private static void CellGradShape(ShapeContext c)
    {
        Shape cell = [c.Input(0, 2)[0], c.Input(1, 2)[1]];
        c.Output(0, cell);
        c.Output(1, [cell[0], cell[1] < 0 ? -1 : 4 * cell[1]]);
        for (int i = 2; i < c.OutputCount; i++)
        {
            c.Output(i, [cell[1]]);
        }
    }

    // TensorFlow takes the first version's gradient for the second too, whose gates lie in another order.
    private static GraphTensor?[] SequenceGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        Operand[] inputs = [.. op.Inputs, .. op.Outputs, dy[1], dy[States - 1]];
        return [null, .. g.AddOperation("BlockLSTMGrad", null, NodeAttributes.From(op, "use_peephole"), inputs).Outputs];
    }
}
