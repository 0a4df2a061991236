using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>New models on trained ones.</summary>
public sealed class BaseModelTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();
    private readonly ModelSession _base = Trained();

    public void Dispose()
    {
        _base.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Only_what_is_named_is_trained()
    {
        using ModelSession session = Create(["head/*"]);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 5 });
        foreach (VariableInfo variable in _base.Variables)
        {
            Assert.True(Bytes(_base, variable.Name).AsSpan().SequenceEqual(Bytes(session, $"mnist/{variable.Name}")), variable.Name);
        }

        Assert.NotEqual(new float[32], session.ReadVariable("head/w").Span<float>().ToArray());
        Assert.Equal(5, session.Iteration);
    }

    [Fact]
    public void The_base_is_trained_on_as_a_whole_where_nothing_is_named()
    {
        using ModelSession session = Create(null);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        string[] changed = [.. _base.Variables.Where(variable => !Bytes(_base, variable.Name).AsSpan().SequenceEqual(Bytes(session, $"mnist/{variable.Name}"))).Select(variable => variable.Name)];
        Assert.Equal(["model/conv1/bias", "model/conv1/weights", "model/conv2/bias", "model/conv2/weights", "model/fc1/bias", "model/fc1/weights"], changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Slots_and_averages_of_the_bases_variables_begin_anew_and_from_their_values()
    {
        using ModelSession session = ModelSession.Create(new HeadModel { HasSlots = true }, s_options with { Base = new(_base, "mnist") });
        Assert.Equal(Bytes(_base, "model/fc1/bias"), Bytes(session, "mnist/model/fc1/bias"));
        Assert.Equal(Bytes(_base, "model/fc1/bias"), Bytes(session, "mnist/model/fc1/bias/ExponentialMovingAverage"));
        Assert.Equal(Bytes(_base, "model/fc1/bias/Adam"), Bytes(session, "mnist/model/fc1/bias/Adam"));
        Assert.All(session.ReadVariable("mnist/model/fc1/bias/Adam_2").Span<float>().ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(2, session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 }).LastIteration);
        Assert.NotEqual(Bytes(_base, "model/fc1/bias"), Bytes(session, "mnist/model/fc1/bias"));
    }

    [Fact]
    public void Layers_of_the_base_are_named_one_by_one()
    {
        using ModelSession session = Create(["head/w", "mnist/model/fc1/*"]);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        string[] changed = [.. _base.Variables.Where(variable => !Bytes(_base, variable.Name).AsSpan().SequenceEqual(Bytes(session, $"mnist/{variable.Name}"))).Select(variable => variable.Name)];
        Assert.Equal(["model/fc1/bias", "model/fc1/weights"], changed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_pattern_that_matches_nothing_is_refused_with_what_is_near()
    {
        GraphException error = Assert.Throws<GraphException>(() => Create(["haed/*"]));
        Assert.Contains("'haed/*'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'head/w'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_built_on_a_base_is_restored_without_it()
    {
        using ModelSession session = Create(["head/*"]);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        session.Save(_folder["tuned"]);
        using ModelSession restored = ModelSession.Restore(_folder["tuned"], s_options);
        Assert.Equal(session.Evaluate(MnistData.Sample.Test!).Loss, restored.Evaluate(MnistData.Sample.Test!).Loss);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        restored.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        Assert.Equal(Bytes(session, "head/w"), Bytes(restored, "head/w"));
    }

    [Fact]
    public void A_frozen_graph_is_a_base_of_constants()
    {
        string path = _folder["frozen.pb"];
        _base.Export(path, new ExportOptions { Frozen = true, Outputs = ["predictions", "model/Relu_2:0"] });
        using ModelSession frozen = ModelSession.Restore(path, s_options);
        using ModelSession session = ModelSession.Create(new HeadModel(), s_options with { Base = new(frozen, "mnist") });
        Assert.Equal(["head/w", "iteration"], session.Variables.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        Assert.Equal(3, session.Train(MnistData.Sample, new TrainingOptions { Steps = 3 }).Steps);
    }

    [Fact]
    public void The_base_may_be_closed_afterwards()
    {
        using ModelSession session = Create(["head/*"]);
        _base.Dispose();
        Assert.Equal(1, session.Train(MnistData.Sample, new TrainingOptions { Steps = 1 }).Steps);
    }

    [Fact]
    public void A_node_that_the_base_lacks_is_told_with_what_is_near()
    {
        GraphException error = Assert.Throws<GraphException>(() => ModelSession.Create(new HeadModel { Features = "model/fc1/Relu" }, s_options with { Base = new(_base, "mnist") }));
        Assert.Contains("base model 'mnist' has no 'model/fc1/Relu'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_base_too_only_what_is_named_is_trained()
    {
        using ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options with { Trainable = ["model/fc2/*"] });
        byte[] before = Bytes(session, "model/conv1/weights"), last = Bytes(session, "model/fc2/bias");
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        Assert.Equal(before, Bytes(session, "model/conv1/weights"));
        Assert.NotEqual(last, Bytes(session, "model/fc2/bias"));
    }

    private static ModelSession Trained()
    {
        ModelSession session = ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
        return session;
    }

    private ModelSession Create(IReadOnlyList<string>? trainable) =>
        ModelSession.Create(new HeadModel(), s_options with { Base = new(_base, "mnist"), Trainable = trainable });

    private static byte[] Bytes(ModelSession session, string variable)
    {
        Tensor value = session.ReadVariable(variable);
        return value.Buffer.Bytes(0, checked((int)value.ByteLength)).ToArray();
    }

    /// <summary>Ten classes anew from what the base's last hidden layer gives.</summary>
    private sealed class HeadModel : ModelDefinition
    {
        public string Features { get; init; } = "model/Relu_2";

        public bool HasSlots { get; init; }

        public override Binding Build(GraphBuilder g)
        {
            BaseModel mnist = g.Base!;
            GraphTensor features = mnist[Features], y = g.Placeholder(DType.Float32, [-1, 10], "y");
            GraphVariable iteration = g.Variable(0L, "iteration", trainable: false);
            using GraphScope head = g.NameScope("head");
            GraphVariable w = g.Variable("w", [features.Shape[-1], 10], Initializers.Zeros);
            GraphTensor logits = g.MatMul(features, w);
            GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(y, logits));
            if (HasSlots)
            {
                new ExponentialMovingAverage(0.9f).Apply(g);
            }

            Optimizer optimizer = HasSlots ? new AdamOptimizer(1e-3f) : new GradientDescentOptimizer(0.1f);
            return new()
            {
                [Roles.Inputs] = mnist[Roles.Inputs],
                [Roles.Labels] = y,
                [Roles.Loss] = loss,
                [Roles.Train] = optimizer.Minimize(loss, iteration),
                [Roles.Iteration] = iteration.Handle,
                [Roles.Hyperparameters] = new Binding { ["keep_probability"] = mnist["hyperparameters.keep_probability"] },
            };
        }
    }
}
