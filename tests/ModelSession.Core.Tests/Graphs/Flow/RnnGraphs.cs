namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>The graphs of <c>make_rnn_graphs.py</c> and <c>make_attention_graphs.py</c>, built by us.</summary>
internal static class RnnGraphs
{
    private static readonly Dictionary<string, Func<GraphBuilder, GraphTensor, GraphTensor, IEnumerable<GraphTensor>>> s_networks = new(Seq2SeqGraphs.All)
    {
        ["bidirectional"] = (g, x, n) => Both(g.Rnn.BidirectionalDynamicRnn(new GruCell(5), new GruCell(5), x, n)),
        ["bidirectional_all"] = (g, x, n) => Both(g.Rnn.BidirectionalDynamicRnn(new BasicRnnCell(5), new BasicLstmCell(3), x)),
        ["dropout"] = (g, x, n) => Flat(g.Rnn.StaticRnn(new DropoutWrapper(new LstmCell(5), 0.7, 0.6, 0.5, 3), g.Unstack(x, axis: 1))),
        ["known_sizes"] = KnownSizes,
        ["lstm_options"] = (g, x, n) => Flat(g.Rnn.DynamicRnn(
            new LstmCell(5, new() { UsePeepholes = true, CellClip = 0.4, Projection = 3, ProjectionClip = 0.3 }), x)),
        ["lstm_plain"] = (g, x, n) => Flat(g.Rnn.StaticRnn(new LstmCell(5), g.Unstack(x, axis: 1))),
        ["multi"] = (g, x, n) => Flat(g.Rnn.DynamicRnn(new MultiRnnCell(new BasicLstmCell(5), new GruCell(6)), x, n)),
        ["samplers"] = Samplers,
        ["static_bidirectional"] = (g, x, n) => Both(g.Rnn.StaticBidirectionalRnn(new GruCell(5), new BasicLstmCell(3), g.Unstack(x, axis: 1))),
        ["static_bidirectional_lengths"] = (g, x, n) => Both(
            g.Rnn.StaticBidirectionalRnn(new BasicRnnCell(5), new BasicRnnCell(5), g.Unstack(x, axis: 1), sequenceLength: n)),
        ["static_lengths"] = (g, x, n) => Flat(g.Rnn.StaticRnn(new BasicLstmCell(5), g.Unstack(x, axis: 1), sequenceLength: n)),
        ["twice"] = Twice,
        ["variational"] = (g, x, n) => Flat(g.Rnn.DynamicRnn(new DropoutWrapper(new LstmCell(5), 0.7, 0.6, 0.5, 3, isVariational: true), x)),
        ["wrapped"] = (g, x, n) => Flat(g.Rnn.StaticRnn(
            new MultiRnnCell(new ResidualWrapper(new BasicRnnCell(4)), new BasicRnnCell(6)), g.Unstack(x, axis: 1))),
    };

    public static IReadOnlyCollection<string> Names => s_networks.Keys;

    /// <summary>Builds a graph; gives its results in TensorFlow's order.</summary>
    public static GraphTensor[] Build(string name, GraphBuilder g)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 3, 4], "x"), n = g.Placeholder(DType.Int32, [-1], "n");
        using VariableScope scope = g.VariableScope("net", initializer: Initializers.Constant(0.5));
        return [.. s_networks[name](g, x, n)];
    }

    private static IEnumerable<GraphTensor> KnownSizes(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        GraphTensor known = g.Placeholder(DType.Float32, [3, 2, 4], "known"), lengths = g.Placeholder(DType.Int32, [2], "lengths");
        return Flat(g.Rnn.DynamicRnn(new BasicRnnCell(5), known, lengths, new() { TimeMajor = true }));
    }

    private static IEnumerable<GraphTensor> Samplers(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        GraphTensor labels = g.Constant(Tensor.From<long>([3, 1, 5, 0], [2, 2]));
        SampledCandidates[] drawn =
        [
            g.UniformCandidateSampler(labels, 2, 4, true, 9, 5),
            g.LearnedUnigramCandidateSampler(labels, 2, 4, false, 9, 6),
            g.LearnedUnigramCandidateSampler(labels, 2, 4, true, 9, 7, "own"),
            g.LogUniformCandidateSampler(labels, 2, 4, true, 9, 8),
        ];
        return drawn.SelectMany(sample => (GraphTensor[])[sample.Candidates, sample.TrueExpected, sample.SampledExpected]);
    }

    private static IEnumerable<GraphTensor> Twice(GraphBuilder g, GraphTensor x, GraphTensor n)
    {
        GraphTensor[] steps = [.. g.Unstack(x, axis: 1)];
        GruCell cell = new(4);
        RnnOutputs first = g.Rnn.StaticRnn(cell, steps);
        RnnOutputs second = g.Rnn.StaticRnn(cell, [.. first.Outputs], first.State, scope: "again");
        RnnOutputs third = g.Rnn.StaticRnn(new LstmCell(4), steps[..1], scope: "third");
        return [.. Flat(second), .. Flat(third), .. Flat(g.Rnn.DynamicRnn(new LstmCell(3), x))];
    }

    private static IEnumerable<GraphTensor> Flat(RnnOutputs rnn) => [.. rnn.Outputs, .. rnn.State.Flatten()];

    private static IEnumerable<GraphTensor> Flat(DynamicRnnOutputs rnn) => [rnn.Outputs, .. rnn.State.Flatten()];

    private static IEnumerable<GraphTensor> Both((IReadOnlyList<GraphTensor> Outputs, TensorTree Forward, TensorTree Backward) rnn) =>
        [.. rnn.Outputs, .. rnn.Forward.Flatten(), .. rnn.Backward.Flatten()];

    private static IEnumerable<GraphTensor> Both((DynamicRnnOutputs Forward, DynamicRnnOutputs Backward) rnn) =>
        [rnn.Forward.Outputs, rnn.Backward.Outputs, .. rnn.Forward.State.Flatten(), .. rnn.Backward.State.Flatten()];
}
