namespace ModelSessions.Tests.Graphs;

/// <summary>The graphs of Expected/make_graphs.py, built by our builder.</summary>
internal static class TrainGraphs
{
    public static IReadOnlyList<string> Names { get; } =
        ["adam_ref", "adam_resource", "descent_ref", "descent_resource", "momentum_ref", "momentum_resource", "nesterov_ref", "nesterov_resource"];

    public static Graph Build(string name)
    {
        bool resource = name.EndsWith("resource", StringComparison.Ordinal);
        GraphBuilder g = new();
        g.Graph.Seed = 7;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 4], "x");
        GraphTensor y = g.Placeholder(DType.Float32, [-1, 3], "y");
        GraphVariable step = g.Variable(Tensor.Scalar(0L), "step", trainable: false, resource: resource);
        GraphVariable w, b;
        using (g.NameScope("hidden"))
        {
            w = g.Variable("w", [4, 3], Initializers.TruncatedNormal(standardDeviation: 0.5), resource: resource);
            b = g.Variable("b", [3], Initializers.Zeros, resource: resource);
        }

        GraphTensor h = g.Sigmoid(g.MatMul(x, w) + b);
        GraphTensor doubled = h * 2.0;
        GraphTensor difference = doubled - y / (h + 0.5);
        GraphTensor mean = g.ReduceMean(g.Square(difference));
        GraphTensor loss = g.Plus(mean, 0.01 * g.L2Loss(w), "loss");
        Optimizer optimizer = name[..name.IndexOf('_', StringComparison.Ordinal)] switch
        {
            "adam" => new AdamOptimizer(0.01),
            "descent" => new GradientDescentOptimizer(0.1),
            "momentum" => new MomentumOptimizer(0.1, 0.9),
            _ => new MomentumOptimizer(0.1, 0.9, useNesterov: true),
        };
        optimizer.Minimize(loss, step, name: "train");
        g.InitializeVariables();
        return g.Graph;
    }
}
