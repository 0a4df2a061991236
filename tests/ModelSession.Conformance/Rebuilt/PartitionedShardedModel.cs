namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A table and a kernel that are cut into parts, on two devices.</summary>
internal sealed class PartitionedShardedModel : RebuiltModel
{
    public override string Name => "partitioned_sharded";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor ids = g.Placeholder(DType.Int32, [-1], "ids"), y = g.Placeholder(DType.Float32, [-1, 2], "y");
        GraphTensor rows, loss;
        using (g.Device("/cpu:1"))
        {
            PartitionedVariable table = g.GetPartitionedVariable("table", [31, 6], Partitioners.FixedSize(3), Initializers.RandomUniform(-0.5, 0.5, 201));
            rows = g.EmbeddingLookup(table, ids, PartitionStrategy.Div, "lookup");
        }

        using (g.Device("/cpu:0"))
        {
            PartitionedVariable k1 = g.GetPartitionedVariable("k1", [6, 10], Partitioners.FixedSize(2, axis: 1), Initializers.GlorotUniform(202));
            GraphVariable b1 = g.GetVariable("b1", [10], Initializers.Zeros);
            GraphTensor h = g.Tanh(g.MatMul(rows, k1.AsTensor()) + b1);
            GraphVariable k2 = g.GetVariable("k2", [10, 2], Initializers.GlorotUniform(203));
            GraphTensor prediction = g.MatMul(h, k2, name: "prediction");
            loss = g.ReduceMean(g.Square(prediction - y), name: "loss");
        }

        new AdagradOptimizer(0.2).Minimize(loss, g.GlobalStep());
        g.InitializeVariables();
    }
}
