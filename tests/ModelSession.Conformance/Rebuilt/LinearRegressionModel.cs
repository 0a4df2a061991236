namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A line through points, by gradient descent.</summary>
internal sealed class LinearRegressionModel : RebuiltModel
{
    public override string Name => "linear_regression";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 1], "x"), y = g.Placeholder(DType.Float32, [-1, 1], "y");
        GraphVariable w = g.Variable(g.RandomNormal((long[])[1, 1], seed: 11), "weights");
        GraphVariable b = g.Variable(g.Zeros((long[])[1]), "bias");
        GraphTensor prediction = g.Plus(g.MatMul(x, w), b, "prediction");
        GraphTensor loss = g.ReduceMean(g.Square(prediction - y), name: "loss");
        new GradientDescentOptimizer(0.1).Minimize(loss, g.GlobalStep(), name: "train");
        g.InitializeVariables();
    }
}
