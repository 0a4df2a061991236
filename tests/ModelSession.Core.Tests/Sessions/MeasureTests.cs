using ModelSessions.Data;

namespace ModelSessions.Tests.Sessions;

/// <summary>How long runs take, and that a model is the same afterwards.</summary>
public sealed class MeasureTests : IDisposable
{
    private static readonly float[] s_image = new float[784];

    private readonly ModelSession _session = ModelSession.Create(new PixelModel(), new SessionOptions { Engines = [new CpuEngine()], Seed = 5 });

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_predictions_are_run_with_the_first_examples()
    {
        ModelMeasurement found = _session.Measure(MnistData.Sample.Test!, new MeasureOptions { Count = 5, WarmUp = 1, BatchSize = 3 });

        Assert.Equal(["probabilities:0"], found.Run);
        Assert.Equal((3L, 5), (found.BatchSize, found.Count));
        Assert.True(found.Minimum > TimeSpan.Zero && found.Minimum <= found.Median && found.Median <= found.P95);
        Assert.InRange(found.Mean, found.Minimum, found.P95 * 5);
        Assert.Equal(3 / found.Median.TotalSeconds, found.ExamplesPerSecond);
        Assert.True(found.PeakMemory > 0);
        Assert.Equal((_session.EngineName, _session.ThreadCount), (found.Engine, found.ThreadCount));
        Assert.Empty(found.Nodes);
    }

    [Fact]
    public void A_batch_has_no_more_examples_than_there_are() =>
        Assert.Equal(2, _session.Measure(DatasetPart.From(Tensor.From(new float[2 * 784], [2, 784]), null), Once with { BatchSize = 50 }).BatchSize);

    [Fact]
    public void Inputs_that_are_not_given_are_zeros() => Assert.Equal(7, _session.Measure((IReadOnlyDictionary<string, Tensor>?)null, Once with { BatchSize = 7 }).BatchSize);

    [Fact]
    public void An_input_of_unknown_size_needs_a_value()
    {
        using ModelSession session = ModelSession.Create(
            new FunctionDefinition("any", g =>
            {
                GraphTensor x = g.Placeholder(DType.Float32, [-1, -1], "x");
                return new Binding { [Roles.Inputs] = x, [Roles.Predictions] = x * 2.0 };
            }),
            new SessionOptions { Engines = [new CpuEngine()] });

        GraphException error = Assert.Throws<GraphException>(() => session.Measure((IReadOnlyDictionary<string, Tensor>?)null, Once));
        Assert.Contains("'x:0' is float32 [?, ?]", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, session.Measure(new Dictionary<string, Tensor> { ["inputs"] = Tensor.From(new float[8], [4, 2]) }, Once).BatchSize);
    }

    [Fact]
    public void A_value_of_another_shape_is_refused() => Assert.Throws<GraphException>(
        () => _session.Measure(new Dictionary<string, Tensor> { ["inputs"] = Tensor.From(new float[8], [4, 2]) }, Once));

    [Fact]
    public void A_value_by_role_is_fed_with_those_of_evaluation()
    {
        Dictionary<string, Tensor> feeds = new() { ["inputs"] = Tensor.From(s_image, [1, 784]), ["labels"] = Tensor.From(new float[10], [1, 10]) };
        Assert.Equal(["loss:0"], _session.Measure(feeds, Once with { Fetches = ["loss"] }).Run);
    }

    [Fact]
    public void Random_generators_are_left_as_they_were()
    {
        using ModelSession other = ModelSession.Create(new PixelModel(), new SessionOptions { Engines = [new CpuEngine()], Seed = 5 });
        _session.Measure(MnistData.Sample.Test!, Once with { Fetches = ["loss"] });

        Assert.Equal(0, _session.UnsavedSteps);
        Assert.Equal(Sum(other), Sum(_session));
        static float Sum(ModelSession session) => session.Run(["loss"], new Dictionary<string, Tensor>
        {
            ["inputs"] = MnistImages.Three(),
            ["labels"] = Tensor.From(new float[30], [3, 10]),
            ["keep_probability"] = Tensor.Scalar(0.5f),
        })[0].Span<float>()[0];
    }

    [Fact]
    public void Operations_train_the_model_at_the_rate_of_training()
    {
        ModelMeasurement found = _session.Measure(MnistData.Sample.Test!, new MeasureOptions { Targets = ["train"], Count = 2, WarmUp = 1 });
        Assert.Equal(["train"], found.Run);
        Assert.Equal(3, _session.Iteration);
    }

    [Fact]
    public void Kinds_of_ops_are_listed_by_their_time()
    {
        OpMeasurement[] nodes = _session.Measure(MnistData.Sample.Test!, Once with { Count = 3, Nodes = true }).Nodes;
        Assert.Equal(1, nodes.Single(node => node.Type == "Softmax").Count);
        Assert.Equal(1, nodes.Sum(node => node.Share), 1e-9);
        Assert.Equal(nodes.OrderByDescending(node => node.Duration).Select(node => node.Duration), nodes.Select(node => node.Duration));
        Assert.Equal(10 * sizeof(float), nodes.Single(node => node.Type == "Softmax").Bytes);
    }

    [Fact]
    public void A_signature_says_itself_what_is_run()
    {
        Assert.Equal(["probabilities:0"], _session.Measure(MnistData.Sample.Test!, Once with { Signature = "serving_default" }).Run);
        Assert.Throws<ArgumentException>(() => _session.Measure(MnistData.Sample.Test!, Once with { Signature = "serving_default", Fetches = ["loss"] }));
        Assert.Throws<GraphException>(() => _session.Measure(MnistData.Sample.Test!, Once with { Signature = "other" }));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 0, 0)]
    public void Numbers_of_runs_and_examples_are_checked(int count, int warmUp, int batchSize) => Assert.Throws<ArgumentOutOfRangeException>(
        () => _session.Measure(MnistData.Sample.Test!, new MeasureOptions { Count = count, WarmUp = warmUp, BatchSize = batchSize }));

    private static MeasureOptions Once => new() { Count = 1, WarmUp = 0 };
}
