namespace ModelSessions.Tests.Graphs.Flow;

public sealed class RnnTests
{
    [Fact]
    public void Beyond_the_end_of_a_row_outputs_are_zero_and_the_state_stays()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Constant(Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3, 1])), n = g.Constant(Tensor.From(1, 3));
        DynamicRnnOutputs rnn = g.Rnn.DynamicRnn(new BasicRnnCell(2), x, n);
        GraphOperation start = g.InitializeVariables();
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        session.Prepare(new RunSignature([], [], [start.Name])).Run([], [], TestContext.Current.CancellationToken);
        Tensor[] found = new Tensor[2];
        session.Prepare(new RunSignature([], [rnn.Outputs.Name, rnn.State.Tensor.Name], [])).Run([], found, TestContext.Current.CancellationToken);

        float[] outputs = found[0].Span<float>().ToArray(), state = found[1].Span<float>().ToArray();
        Assert.Equal([0, 0, 0, 0], outputs[2..6]);
        Assert.Equal(outputs[0..2], state[0..2]);
        Assert.Equal(outputs[10..12], state[2..4]);
    }

    [Fact]
    public void A_cell_that_is_called_again_has_the_same_variables()
    {
        GraphBuilder g = new();
        GruCell cell = new(3);
        GraphTensor x = g.Placeholder(DType.Float32, [2, 4]);
        TensorTree state = cell.ZeroState(g, 2);
        (_, state) = cell.Call(g, x, state);
        cell.Call(g, x, state);

        Assert.Equal(
            ["gru_cell/gates/kernel", "gru_cell/gates/bias", "gru_cell/candidate/kernel", "gru_cell/candidate/bias"],
            g.Variables().Select(variable => variable.Name));
    }
}
