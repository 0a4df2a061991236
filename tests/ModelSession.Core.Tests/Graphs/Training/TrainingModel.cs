namespace ModelSessions.Tests.Graphs.Training;

/// <summary>Rows of a table, whose gradient is slices, and a layer: the model of make_training_graphs.py.</summary>
internal sealed class TrainingModel
{
    public TrainingModel(GraphBuilder g, bool resource, DType dtype)
    {
        Builder = g;
        GraphTensor x = g.Placeholder(dtype, [-1, 4], "x");
        GraphTensor ids = g.Placeholder(DType.Int32, [-1], "ids");
        GraphTensor y = g.Placeholder(dtype, [-1, 3], "y");
        Step = g.Variable("step", [], Initializers.Zeros, DType.Int64, trainable: false, resource: resource);
        using (g.NameScope("net"))
        {
            Table = g.Variable("table", [6, 4], Initializers.Zeros, dtype, resource: resource);
            Weights = g.Variable("w", [4, 3], Initializers.Zeros, dtype, resource: resource);
            Bias = g.Variable("b", [3], Initializers.Zeros, dtype, resource: resource);
        }

        GraphTensor rows = resource ? g.Add("ResourceGather", "rows", new() { ["dtype"] = dtype }, Table.Handle, ids) : g.Gather(Table, ids, name: "rows");
        Hidden = g.Sigmoid(g.MatMul(x + rows, Weights) + Bias);
        GraphTensor difference = Hidden - y;
        Loss = g.ReduceMean(g.Square(difference), name: "loss");
    }

    public GraphBuilder Builder { get; }

    public GraphVariable Step { get; }

    public GraphVariable Table { get; }

    public GraphVariable Weights { get; }

    public GraphVariable Bias { get; }

    public GraphTensor Hidden { get; }

    public GraphTensor Loss { get; }

    public void Train(Optimizer optimizer) => optimizer.Minimize(Loss, Step, name: "train");
}
