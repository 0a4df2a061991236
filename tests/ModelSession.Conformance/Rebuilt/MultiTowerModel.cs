namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Two towers that share variables, on two devices; their gradients are averaged.</summary>
internal sealed class MultiTowerModel : RebuiltModel
{
    public override string Name => "multi_tower_gpu";

    // The summaries are not built.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        using GraphScope device = g.Device("/cpu:0");
        GraphTensor x = g.Placeholder(DType.Float32, [16, 8], "x"), y = g.Placeholder(DType.Int32, [16], "y");
        GraphVariable step = g.GetVariable("global_step", Shape.Scalar, Initializers.Constant(0), trainable: false);
        MomentumOptimizer optimizer = new(0.1, 0.9);
        IReadOnlyList<GraphTensor> xs = Halves(g, x), ys = Halves(g, y);
        VariableGradient[][] towers = new VariableGradient[2][];
        GraphTensor[] losses = new GraphTensor[2];
        for (int i = 0; i < 2; i++)
        {
            using GraphScope gpu = g.Device($"/gpu:{i}");
            using GraphScope tower = g.NameScope($"tower_{i}");
            losses[i] = Loss(g, xs[i], ys[i]);
            g.CurrentVariableScope.ReuseVariables();
            towers[i] = optimizer.ComputeGradients(losses[i]);
        }

        VariableGradient[] average = [.. towers[0].Zip(towers[1], (first, second) => Average(g, first, second))];
        GraphOperation applied, averages;
        using (g.ControlDependencies(average.Select(pair => pair.Gradient!.Values.Operation)))
        {
            applied = optimizer.ApplyGradients(average, step);
        }

        using (g.ControlDependencies(applied))
        {
            averages = new ExponentialMovingAverage(0.9).Apply(g);
        }

        g.GroupOperations([applied, averages], "train");
        g.AddN(losses, "loss");
        g.InitializeVariables();
    }

    private static GraphTensor Loss(GraphBuilder g, GraphTensor x, GraphTensor y)
    {
        GraphVariable w1 = Variable(g, "w1", [8, 12], Initializers.TruncatedNormal(standardDeviation: 0.3, seed: 211));
        GraphVariable b1 = Variable(g, "b1", [12], Initializers.Constant(0.1));
        GraphVariable w2 = Variable(g, "w2", [12, 3], Initializers.TruncatedNormal(standardDeviation: 0.3, seed: 212));
        GraphTensor logits = g.MatMul(g.Relu6(g.MatMul(x, w1) + b1), w2, name: "logits");
        return g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits));
    }

    private static GraphVariable Variable(GraphBuilder g, string name, Shape shape, Initializer initializer)
    {
        using GraphScope shared = g.Device("/cpu:0");
        return g.GetVariable(name, shape, initializer);
    }

    private static VariableGradient Average(GraphBuilder g, VariableGradient first, VariableGradient second)
    {
        GraphTensor both = g.Concat([g.ExpandDims(first.Gradient!.Values, 0), g.ExpandDims(second.Gradient!.Values, 0)], 0);
        return first with { Gradient = Gradient.Of(g.ReduceMean(both, 0)) };
    }

    private static IReadOnlyList<GraphTensor> Halves(GraphBuilder g, GraphTensor x)
    {
        using GraphScope scope = g.NameScope("split");
        GraphTensor axis = g.Constant(Tensor.Scalar(0), "split_dim");
        return g.AddOperation("Split", scope.Name, new() { ["num_split"] = 2 }, axis, x).Outputs;
    }
}
