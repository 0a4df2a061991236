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

    /// <summary>The names of the cases, each with variables of both kinds.</summary>
    public static IEnumerable<string> Names => s_cases.Keys.SelectMany(name => (string[])[name + "_ref", name + "_resource"]);

    public static Graph Build(string name)
    {
        (string stem, string kind) = (name[..name.LastIndexOf('_')], name[(name.LastIndexOf('_') + 1)..]);
        DType dtype = stem switch { "adam_double" or "tensors" => DType.Float64, "adam_half" => DType.Float16, _ => DType.Float32 };
        TrainingModel model = new(kind == "resource", dtype);
        s_cases[stem](model);
        model.Builder.InitializeVariables();
        return model.Builder.Graph;
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
