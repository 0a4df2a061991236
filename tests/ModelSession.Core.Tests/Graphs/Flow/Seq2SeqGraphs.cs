namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>The graphs of <c>make_attention_graphs.py</c>, built by us.</summary>
internal static class Seq2SeqGraphs
{
    public static IReadOnlyDictionary<string, Func<GraphBuilder, GraphTensor, GraphTensor, IEnumerable<GraphTensor>>> All { get; } =
        new Dictionary<string, Func<GraphBuilder, GraphTensor, GraphTensor, IEnumerable<GraphTensor>>>
        {
            ["bahdanau"] = Bahdanau,
            ["greedy"] = (g, x, n) => Decode(g, x, n, false),
            ["known"] = Known,
            ["losses"] = Losses,
            ["luong"] = Luong,
            ["normalized"] = Normalized,
            ["plain"] = Plain,
            ["taught"] = (g, x, n) => Decode(g, x, n, true),
        };

    private static GraphTensor[] Bahdanau(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        AttentionWrapper cell = new(new GruCell(5), g.Seq2Seq.BahdanauAttention(6, x, new() { MemoryLengths = n }), new() { AttentionSize = 7 });
        TensorTree state = cell.ZeroState(g, g.Element(g.ShapeOf(x), 0));
        RnnOutputs rnn = g.Rnn.StaticRnn(cell, g.Unstack(x, axis: 1), state);
        return [.. rnn.Outputs, rnn.State[0], rnn.State[1], rnn.State[3]];
    }

    private static GraphTensor[] Known(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        x.MergeShape([2, 3, 4]);
        AttentionWrapper cell = new(new BasicLstmCell(4), g.Seq2Seq.LuongAttention(4, x), new() { OutputsAttention = false });
        GraphTensor first = g.Unstack(x, axis: 1)[0];
        (GraphTensor output, TensorTree last) = cell.Call(g, first, cell.ZeroState(g, 2));
        return [output, last[1], last[3]];
    }

    private static GraphTensor[] Luong(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        LuongAttention attention = g.Seq2Seq.LuongAttention(5, x, new() { MemoryLengths = n, Scale = true });
        AttentionWrapper cell = new(new LstmCell(5), attention, new() { OutputsAttention = false, KeepsAlignments = true });
        TensorTree zeros = cell.ZeroState(g, g.Element(g.ShapeOf(x), 0));
        GraphTensor[] steps = g.Unstack(x, axis: 1);
        TensorTree own = [Widened(steps[0]), Widened(steps[1])];
        RnnOutputs rnn = g.Rnn.StaticRnn(cell, g.Unstack(x, axis: 1)[..2], AttentionWrapper.WithCellState(zeros, own));
        return [.. rnn.Outputs, .. rnn.State[0].Flatten(), rnn.State[4].Array.Stack()];

        GraphTensor Widened(GraphTensor step) => g.Concat([step, step], 1) is var both ? g.Slice(both, (long[])[0, 0], (long[])[-1, 5]) : step;
    }

    private static GraphTensor[] Normalized(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        AttentionWrapper cell = new(new GruCell(5), g.Seq2Seq.BahdanauAttention(6, x, new() { Scale = true }));
        GraphTensor[] steps = g.Unstack(x, axis: 1)[..2];
        return [.. g.Rnn.StaticRnn(cell, steps, cell.ZeroState(g, g.Element(g.ShapeOf(x), 0))).Outputs];
    }

    private static GraphTensor[] Decode(GraphBuilder g, GraphTensor x, GraphTensor n, bool teach)
    {
        DecoderHelper helper = teach
            ? g.Seq2Seq.TrainingHelper(x, n)
            : g.Seq2Seq.GreedyEmbeddingHelper(g.GetVariable("embedding", [9, 4]), g.Fill((Operand[])[g.Element(g.ShapeOf(x), 0)], 1), 2);
        AttentionWrapper cell = new(new GruCell(5), g.Seq2Seq.BahdanauAttention(6, x, new() { MemoryLengths = n }), new() { AttentionSize = 5 });
        TensorTree state = cell.ZeroState(g, g.Element(g.ShapeOf(x), 0));
        DecodeOptions options = new() { OutputLayer = new DenseLayer(9), MaximumIterations = teach ? default(Operand?) : 5, ImputeFinished = teach };
        DecoderOutputs decoded = g.Seq2Seq.DynamicDecode(cell, helper, state, options);
        return [decoded.Outputs, g.Cast(decoded.Samples, DType.Float32), decoded.State[1], g.Cast(decoded.Lengths, DType.Float32)];
    }

    private static GraphTensor[] Plain(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        GruCell cell = new(5);
        TrainingHelper helper = g.Seq2Seq.TrainingHelper(g.Transpose(x, (long[])[1, 0, 2]), n, timeMajor: true);
        GraphTensor state = g.Zeros((Operand[])[g.Element(g.ShapeOf(x), 0), 5]);
        DecoderOutputs decoded = g.Seq2Seq.DynamicDecode(cell, helper, state, new() { TimeMajor = true });
        return [decoded.Outputs, decoded.State, g.Cast(decoded.Lengths, DType.Float32)];
    }

    private static GraphTensor[] Losses(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        GraphTensor targets = g.Constant(Tensor.From<int>([1, 0, 2, 3, 3, 0], [2, 3])), weights = g.SequenceMask(n, 3, DType.Float32);
        const SequenceReduction none = SequenceReduction.None, average = SequenceReduction.Average, sum = SequenceReduction.Sum;
        return
        [
            Loss(average, average), Loss(none, average), Loss(average, none, "rows"), Loss(none, none), Loss(sum, sum), Loss(sum, none), Loss(none, sum),
        ];

        GraphTensor Loss(SequenceReduction time, SequenceReduction batch, string? name = null) => g.Seq2Seq.SequenceLoss(x, targets, weights, time, batch, name);
    }
}
