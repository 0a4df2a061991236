namespace ModelSessions.Tests.Builder;

/// <summary>Options of larger pieces, as in generate.py.</summary>
internal static class OptionCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["options/arrays"] = Arrays,
        ["options/axis_size"] = AxisSize,
        ["options/confusion_matrix"] = ConfusionMatrix,
        ["options/datasets"] = g => g.Datasets.FromTensors(X(g, "x", 2, 3), g.Placeholder(DType.Int64, [-1], "y")).MakeInitializableIterator().GetNext(),
        ["options/locking"] = Locking,
        ["options/names"] = Names,
        ["options/norms"] = Norms,
        ["options/recurrent"] = Recurrent,
        ["options/resource_scope"] = ResourceScope,
        ["options/sampled_losses"] = SampledLosses,
        ["options/uniform_scaling"] = UniformScaling,
    };

    private static GraphTensor X(GraphBuilder g, string name, params long[] shape) => LayerCases.X(g, name, shape);

    private static void Arrays(GraphBuilder g)
    {
        GraphTensorArray array = g.TensorArray(DType.Float32, 2, elementShape: [3]);
        Assert.Equal([3], array.ElementShape);
        array = array.Write(0, X(g, "x", 3)).Write(1, X(g, "y", 3));
        GraphTensor read = g.Identity(array.Read(1), "read");
        Assert.Equal([3], read.Shape);
        array.Stack();
    }

    private static void AxisSize(GraphBuilder g)
    {
        g.GetPartitionedVariable("rows", [5, 3], Partitioners.AxisSize(24), Initializers.Ones);
        g.GetPartitionedVariable("columns", [2, 7], Partitioners.AxisSize(16, axis: 1, mostParts: 3), Initializers.Ones, DType.Float64);
        g.GetPartitionedVariable("large", [2, 3], Partitioners.AxisSize(4), Initializers.Ones);
        g.GetPartitionedVariable("one", [2, 3], Partitioners.AxisSize(1000), Initializers.Ones);
    }

    private static void ConfusionMatrix(GraphBuilder g)
    {
        GraphTensor labels = g.Placeholder(DType.Int64, [4], "labels"), predictions = g.Placeholder(DType.Int64, [4], "predictions");
        g.ConfusionMatrix(labels, predictions, 3);
        g.ConfusionMatrix(labels, predictions, 3, X(g, "w", 4), DType.Float32, "weighted");
    }

    private static void Locking(GraphBuilder g)
    {
        GraphVariable v = g.GetVariable("v", [2], Initializers.Zeros);
        Optimizer descent = new GradientDescentOptimizer(0.1, useLocking: true), adam = new AdamOptimizer(0.1, useLocking: true);
        Assert.True(descent.UseLocking);
        descent.Minimize(g.ReduceSum(g.Times(v, v)));
        adam.Minimize(g.ReduceSum(g.Times(v, v)));
    }

    private static void Names(GraphBuilder g)
    {
        List<string> names = [];
        using (g.NameScope("s"))
        {
            names.AddRange([g.UniqueName("a", reserve: false), g.UniqueName("a"), g.UniqueName("A"), g.UniqueName("a/b")]);
            X(g, "a");
        }

        names.AddRange([g.UniqueName("s"), g.UniqueName("s/a")]);
        g.Constant(Tensor.FromStrings([.. names], [names.Count]), "names");
    }

    private static void Norms(GraphBuilder g)
    {
        Gradient a = Gradient.Of(X(g, "x", -1, 4))!, b = Gradient.Of(X(g, "y", 3))!;
        g.GlobalNorm([a, null, b]);
        g.ClipByGlobalNorm([a, b], 2.0, g.GlobalNorm([b], "known"));
    }

    private static void Recurrent(GraphBuilder g)
    {
        using VariableScope scope = g.VariableScope("net", initializer: Initializers.Constant(0.5));
        GraphTensor x = X(g, "x", -1, 3, 4);
        g.Rnn.DynamicRnn(new LstmCell(5, new() { ForgetBias = 0.25 }), x, null, new() { InitialState = [X(g, "c", -1, 5), X(g, "h", -1, 5)] });
    }

    private static void ResourceScope(GraphBuilder g)
    {
        using VariableScope scope = g.VariableScope("s", useResource: true);
        Assert.True(scope.UseResource);
        g.GetVariable("v", [2], Initializers.Zeros);
        g.GetVariable("r", [2], Initializers.Zeros, resource: false);
    }

    private static void SampledLosses(GraphBuilder g)
    {
        GraphVariable w = g.GetVariable("w", [9, 4], Initializers.Ones), b = g.GetVariable("b", [9], Initializers.Zeros);
        GraphTensor labels = g.Placeholder(DType.Int64, [-1, 2], "labels"), inputs = X(g, "inputs", -1, 4);
        SampledCandidates drawn = g.UniformCandidateSampler(labels, 2, 5, true, 9, 3);
        g.NceLoss(w, b, labels, inputs, 5, 9, new() { NumTrue = 2, SampledValues = drawn, RemoveAccidentalHits = true });
        g.SampledSoftmaxLoss(w, b, labels, inputs, 5, 9, new() { NumTrue = 2, SampledValues = drawn, RemoveAccidentalHits = false, Name = "soft" });
    }

    private static void UniformScaling(GraphBuilder g)
    {
        g.UseResourceVariables = true;
        g.GetVariable("v", [3, 4], Initializers.VarianceScaling(2, FanMode.Out, ScaledDistribution.Uniform, 4));
        g.GetVariable("t", [3, 4], Initializers.VarianceScaling(2, FanMode.Average, ScaledDistribution.TruncatedNormal, 5));
    }
}
