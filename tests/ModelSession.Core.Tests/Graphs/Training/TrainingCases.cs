namespace ModelSessions.Tests.Graphs.Training;

/// <summary>The graphs of Expected/make_training_graphs.py, built by our builder.</summary>
internal static partial class TrainingCases
{
    private static readonly Dictionary<string, Action<TrainingModel>> s_cases = new(StringComparer.Ordinal)
    {
        ["adadelta"] = model => model.Train(new AdadeltaOptimizer(1.0)),
        ["adagrad"] = model => model.Train(new AdagradOptimizer(0.1, 0.2)),
        ["adagrad_da"] = model => model.Train(new AdagradDualAveragingOptimizer(0.3, model.Step, 0.2, 0.01, 0.02)),
        ["adam"] = model => model.Train(new AdamOptimizer(0.05)),
        ["adam_double"] = model => model.Train(new AdamOptimizer(0.05, 0.8, 0.99, 1e-4)),
        ["adam_half"] = model => model.Train(new AdamOptimizer(0.05, epsilon: 1e-3)),
        ["adam_locking"] = model => model.Train(new AdamOptimizer(0.05, useLocking: true)),
        ["adamw"] = model => model.Train(new AdamWOptimizer(0.01, 0.05)),
        ["average"] = model => Averaged(model),
        ["average_counted"] = model => Averaged(model, model.Step),
        ["average_debiased"] = model => Averaged(model, model.Step, zeroDebias: true),
        ["clip_average_norm"] = model => Clipped(model, gradient => Gradient.Of(model.Builder.ClipByAverageNorm(gradient.ToDense(model.Builder), 0.001))!),
        ["clip_norm"] = model => Clipped(model, gradient => model.Builder.ClipByNorm(gradient, 0.02)),
        ["clip_value"] = model => Clipped(model, gradient => model.Builder.ClipByValue(gradient, -0.01, 0.01)),
        ["clipped_in_between"] = ClippedInBetween,
        ["clips_differentiated"] = ClipsDifferentiated,
        ["decay_cosine"] = model => Decayed(model, rates => rates.CosineDecay(0.5, model.Step, 3, alpha: 0.1)),
        ["decay_exponential"] = model => Decayed(model, rates => rates.ExponentialDecay(0.5, model.Step, 3, 0.5)),
        ["decay_inverse"] = model => Decayed(model, rates => rates.InverseTimeDecay(0.5, model.Step, 2, 0.5, staircase: true)),
        ["decay_linear_cosine"] = model => Decayed(model, rates => rates.LinearCosineDecay(0.5, model.Step, 3)),
        ["decay_natural"] = model => Decayed(model, rates => rates.NaturalExponentialDecay(0.5, model.Step, 2, 0.5, name: "natural")),
        ["decay_piecewise"] = model => Decayed(model, rates => rates.PiecewiseConstant(model.Step, [0, 2, 5], [0.5, 0.3, 0.2, 0.1], "rate")),
        ["decay_polynomial"] = model => Decayed(model, rates => rates.PolynomialDecay(0.5, model.Step, 3, 0.1, 2.0)),
        ["decay_polynomial_cycle"] = model => Decayed(model, rates => rates.PolynomialDecay(0.5, model.Step, 2, 0.1, cycle: true)),
        ["decay_restarts"] = model => Decayed(model, rates => rates.CosineDecayRestarts(0.5, model.Step, 2, 2.0, 0.5, 0.1)),
        ["decay_staircase"] = model => Decayed(model, rates => rates.ExponentialDecay(0.5, model.Step, 2, 0.5, staircase: true, name: "rate")),
        ["descent"] = model => model.Train(new GradientDescentOptimizer(0.5)),
        ["descent_colocated"] = model => new GradientDescentOptimizer(0.5).Minimize(model.Loss, model.Step, name: "train", colocate: true),
        ["descent_gated"] = model => new GradientDescentOptimizer(0.5).Minimize(model.Loss, model.Step, name: "train", gating: GradientGating.Graph),
        ["descent_ungated"] = model => new GradientDescentOptimizer(0.5).Minimize(model.Loss, model.Step, name: "train", gating: GradientGating.None),
        ["ftrl"] = model => model.Train(new FtrlOptimizer(0.3) { L1 = 0.01, L2 = 0.02 }),
        ["ftrl_shrinkage"] = model => model.Train(new FtrlOptimizer(0.3)
        {
            LearningRatePower = -0.4, InitialAccumulator = 0.2, L2Shrinkage = 0.1, Beta = 0.5, AccumulatorName = "Sum", LinearName = "Linear",
        }),
        ["in_scope"] = InScope,
        ["in_variable_scope"] = InVariableScope,
        ["momentum"] = model => model.Train(new MomentumOptimizer(0.1, 0.9)),
        ["momentumw"] = model => model.Train(new MomentumOptimizer(0.1, 0.9, name: "MomentumW") { WeightDecay = 0.01 }),
        ["nesterov"] = model => model.Train(new MomentumOptimizer(0.1, 0.9, useNesterov: true, name: "Nesterov")),
        ["proximal"] = model => model.Train(new ProximalGradientDescentOptimizer(0.5, 0.01, 0.02)),
        ["proximal_adagrad"] = model => model.Train(new ProximalAdagradOptimizer(0.3, 0.2, 0.01, 0.02)),
        ["rmsprop"] = model => model.Train(new RmsPropOptimizer(0.05, 0.8, 0.5)),
        ["rmsprop_centered"] = model => model.Train(new RmsPropOptimizer(0.05, 0.8, 0.5, centered: true)),
        ["tensors"] = Tensors,
        ["two_optimizers"] = TwoOptimizers,
    };

    /// <summary>The names of the cases, with variables of both kinds where that makes a difference.</summary>
    public static IEnumerable<string> Names => s_cases.Keys.Append("partitioned")
        .SelectMany(name => name.StartsWith("clip", StringComparison.Ordinal) || name.StartsWith("decay", StringComparison.Ordinal) ? [name + "_ref"] : (string[])[name + "_ref", name + "_resource"]);

    public static Graph Build(string name)
    {
        GraphBuilder g = new();
        Build(g, name);
        return g.Graph;
    }

    public static void Build(GraphBuilder g, string name)
    {
        (string stem, bool resource) = (name[..name.LastIndexOf('_')], name.EndsWith("_resource", StringComparison.Ordinal));
        if (stem == "partitioned")
        {
            Partitioned(g, resource);
        }
        else
        {
            DType dtype = stem switch { "adam_double" or "tensors" => DType.Float64, "adam_half" => DType.Float16, _ => DType.Float32 };
            s_cases[stem](new TrainingModel(g, resource, dtype));
        }

        g.InitializeVariables();
    }

    private static void Averaged(TrainingModel model, GraphVariable? count = null, bool zeroDebias = false)
    {
        GraphBuilder g = model.Builder;
        GraphTensor mean;
        using (g.VariableScope("outer"))
        {
            mean = g.ReduceMean(model.Hidden, 0, name: "mean");
        }

        GraphOperation update = new AdamOptimizer(0.05).Minimize(model.Loss, model.Step, name: "train");
        GraphOperation averaged;
        using (g.ControlDependencies(update))
        {
            averaged = new ExponentialMovingAverage(0.9, count is null ? (Operand?)null : count, zeroDebias).Apply(model.Table, model.Weights, model.Bias, mean);
        }

        g.AddToCollection(CollectionKeys.TrainOp, averaged);
        using VariableScope outer = g.VariableScope("outer");
        ExponentialMovingAverage second = new(g.Constant(0.5), name: "Slow");
        using GraphScope after = g.ControlDependencies(averaged);
        g.AddToCollection(CollectionKeys.TrainOp, second.Apply(model.Bias, model.Loss));
    }

    private static void Clipped(TrainingModel model, Func<Gradient, Gradient> clip)
    {
        GradientDescentOptimizer optimizer = new(0.5);
        VariableGradient[] pairs = optimizer.ComputeGradients(model.Loss);
        optimizer.ApplyGradients([.. pairs.Select(pair => pair with { Gradient = clip(pair.Gradient!) })], model.Step, "train");
    }

    private static void ClippedInBetween(TrainingModel model)
    {
        GradientDescentOptimizer optimizer = new(0.5);
        optimizer.ApplyGradients(model.Builder.ClipByGlobalNorm(optimizer.ComputeGradients(model.Loss), 0.05), model.Step, "train");
    }

    private static void ClipsDifferentiated(TrainingModel model)
    {
        GraphBuilder g = model.Builder;
        GraphTensor h = model.Hidden, bound = g.ReduceMean(h, name: "bound");
        GraphTensor[] parts =
        [
            g.ClipByValue(h, 0.2, 0.6),
            g.ClipByNorm(h, bound, [1], "rows_clipped"),
            g.ClipByGlobalNorm([Gradient.Of(h), null, Gradient.Of(model.Loss)], bound, name: "both").Gradients[0]!.Values,
        ];
        GraphTensor total = g.AddN([.. parts.Select(part => g.ReduceSum(g.Square(part)))], "total");
        new GradientDescentOptimizer(0.1).Minimize(total, model.Step, name: "train");
    }

    private static void Decayed(TrainingModel model, Func<LearningRateDecays, GraphTensor> rate) =>
        model.Train(new GradientDescentOptimizer(rate(model.Builder.LearningRates)));

    private static void InVariableScope(TrainingModel model)
    {
        using VariableScope scope = model.Builder.VariableScope("training");
        using GraphScope after = model.Builder.ControlDependencies(new RmsPropOptimizer(0.01).Minimize(model.Loss));
        new RmsPropOptimizer(0.02).Minimize(model.Loss, model.Step);
    }

    private static void Partitioned(GraphBuilder g, bool resource)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 4], "x");
        g.Placeholder(DType.Int32, [-1], "ids");
        GraphTensor y = g.Placeholder(DType.Float32, [-1, 3], "y");
        GraphVariable step = g.Variable("step", [], Initializers.Zeros, DType.Int64, trainable: false, resource: resource);
        IReadOnlyList<GraphVariable> w = g.GetPartitionedVariable("w", [4, 3], Partitioners.FixedSize(2), Initializers.Zeros, resource: resource).Parts;
        GraphTensor first = g.MatMul(Columns(g, x, [0, 0], [0, 2], 1), w[0]), second = g.MatMul(Columns(g, x, [0, 2], [0, 0], 3), w[1]);
        GraphTensor h = g.Sigmoid(first + second);
        GraphTensor difference = h - y;
        GraphTensor loss = g.ReduceMean(g.Square(difference), name: "loss");
        GraphOperation update = new FtrlOptimizer(0.1).Minimize(loss, step, name: "train");
        using (g.ControlDependencies(update))
        {
            g.AddToCollection(CollectionKeys.TrainOp, new ExponentialMovingAverage(0.9).Apply(g));
        }
    }

    private static GraphTensor Columns(GraphBuilder g, GraphTensor x, int[] begin, int[] end, long endMask)
    {
        using GraphScope scope = g.NameScope("strided_slice");
        NodeAttributes masks = new() { ["begin_mask"] = endMask == 1 ? 3L : 1L, ["end_mask"] = endMask };
        GraphTensor first = g.Constant(Tensor.From(begin), "stack"), last = g.Constant(Tensor.From(end), "stack_1"), steps = g.Constant(Tensor.From(1, 1), "stack_2");
        return g.Add("StridedSlice", scope.Name, masks, x, first, last, steps);
    }

    private static void InScope(TrainingModel model)
    {
        using GraphScope scope = model.Builder.NameScope("training");
        model.Train(new AdamOptimizer(0.05));
    }

    private static void Tensors(TrainingModel model)
    {
        GraphBuilder g = model.Builder;
        GraphTensor rate = WithDefault(g, 0.1, "rate"), momentum = WithDefault(g, 0.8, "momentum");
        model.Train(new MomentumOptimizer(rate, momentum));
    }

    private static GraphTensor WithDefault(GraphBuilder g, double value, string name) =>
        g.Add("PlaceholderWithDefault", name, new() { ["shape"] = Shape.Scalar }, g.Constant(value, name: name + "/input"));

    private static void TwoOptimizers(TrainingModel model)
    {
        GraphOperation first = new AdamOptimizer(0.05).Minimize(model.Loss, variables: [model.Table], name: "first");
        using GraphScope after = model.Builder.ControlDependencies(first);
        new AdamOptimizer(0.02, name: "Slow").Minimize(model.Loss, model.Step, [model.Weights, model.Bias], "train");
    }
}
