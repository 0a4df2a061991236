namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>Cells that take symbols.</summary>
public sealed class EmbeddingWrapperTests
{
    [Fact]
    public void Symbols_are_rows_of_one_table_for_all_steps()
    {
        GraphBuilder g = new();
        GraphTensor first = g.Placeholder(DType.Int32, [2, 1], "first"), second = g.Placeholder(DType.Int32, [2, 1], "second");
        EmbeddingWrapper cell = new(new BasicRnnCell(3), 7, 4);
        RnnOutputs rnn = g.Rnn.StaticRnn(cell, [first, second], dtype: DType.Float32);
        Assert.Equal(
            ["rnn/embedding_wrapper/embedding [7, 4]", "rnn/embedding_wrapper/basic_rnn_cell/kernel [7, 3]", "rnn/embedding_wrapper/basic_rnn_cell/bias [3]"],
            g.Variables().Select(variable => $"{variable.Name} {variable.Shape}"));

        GraphTensor table = g.Variables()[0].Snapshot, kernel = g.Variables()[1].Snapshot;
        GraphTensor state = g.Tanh(g.MatMul(g.Gather(table, g.Reshape(first, (long[])[-1])), g.Slice(kernel, (long[])[0, 0], (long[])[4, 3])));
        string init = g.InitializeVariables().Name;
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        session.Prepare(new RunSignature([], [], [init])).Run([], [], TestContext.Current.CancellationToken);
        Tensor[] found = new Tensor[3];
        session.Prepare(new RunSignature(["first:0", "second:0"], [rnn.Outputs[0].Name, state.Name, table.Name], []))
            .Run([Tensor.From<int>([5, 1], [2, 1]), Tensor.From<int>([0, 2], [2, 1])], found, TestContext.Current.CancellationToken);
        Assert.All(found[0].Span<float>().ToArray().Zip(found[1].Span<float>().ToArray()), pair => Assert.Equal(pair.Second, pair.First, 6));
        Assert.All(found[2].Span<float>().ToArray(), value => Assert.InRange(value, -Math.Sqrt(3), Math.Sqrt(3)));
    }
}
