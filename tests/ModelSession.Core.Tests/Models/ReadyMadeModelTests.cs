using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Training;

namespace ModelSessions.Tests.Models;

/// <summary>The ready-made definitions: their structure follows their properties, and they learn.</summary>
public sealed class ReadyMadeModelTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 3 };

    [Theory]
    [InlineData("SoftmaxRegression", 0.7)]
    [InlineData("MultilayerPerceptron", 0.7)]
    [InlineData("ConvNet", 0.7)]
    public void A_classifier_learns_digits_in_an_epoch_or_two(string name, double accuracy)
    {
        ModelDefinition definition = name == "ConvNet" ? new ConvNetModel { Filters = [4, 8], Dense = [32], Dropout = 0.1 } : KnownModels.Create(name);
        using ModelSession session = ModelSession.Create(definition, s_options);
        session.Train(MnistData.Sample, new TrainingOptions { Epochs = 2, BatchSize = 50 });
        Assert.True(session.Evaluate(MnistData.Sample).Accuracy > accuracy);
    }

    [Fact]
    public void An_autoencoder_learns_without_labels()
    {
        using ModelSession session = ModelSession.Create(new AutoencoderModel { Layers = [32, 8] }, s_options);
        double before = session.Evaluate(MnistData.Sample).Loss!.Value;
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 60, BatchSize = 50 });
        Assert.True(session.Evaluate(MnistData.Sample).Loss < before * 0.6);
    }

    // y = 2a − 3b + ½, and −a + b − 1.
    [Fact]
    public void A_linear_regression_finds_the_weights_that_made_the_data()
    {
        float[] inputs = [.. Enumerable.Range(0, 64).SelectMany(i => (float[])[(float)Math.Sin(i), (float)Math.Cos(3 * i)])];
        float[] outputs = [.. inputs.Chunk(2).SelectMany(x => (float[])[(2 * x[0]) - (3 * x[1]) + 0.5f, -x[0] + x[1] - 1])];
        using ModelSession session = ModelSession.Create(new LinearRegressionModel { Inputs = 2, Outputs = 2 }, s_options);
        session.Train(DatasetPart.From(Tensor.From(inputs, [64, 2]), Tensor.From(outputs, [64, 2])), new TrainingOptions { Epochs = 400, BatchSize = 16 });
        Assert.All(
            session.Engine.ReadVariable("linear/kernel")!.Span<float>().ToArray().Zip([2f, -1, -3, 1]), pair => Assert.Equal(pair.Second, pair.First, 3));
        Assert.All(session.Engine.ReadVariable("linear/bias")!.Span<float>().ToArray().Zip([0.5f, -1]), pair => Assert.Equal(pair.Second, pair.First, 3));
    }

    [Fact]
    public void Structure_gives_variables_their_shapes()
    {
        GraphBuilder g = new();
        new MultilayerPerceptronModel { Inputs = 6, Classes = 3, Layers = [5, 4], Activation = "tanh", Dropout = 0.2, L2 = 0.1, Optimizer = "momentum" }.Build(g);
        Assert.Equal(
            ["hidden1/kernel [6, 5]", "hidden1/bias [5]", "hidden2/kernel [5, 4]", "hidden2/bias [4]", "output/kernel [4, 3]", "output/bias [3]"],
            g.Variables(CollectionKeys.TrainableVariables).Select(variable => $"{variable.Name} {variable.Shape}"));
        Assert.Equal(3, g.Losses.GetRegularizationLosses().Count);
        Assert.Contains(g.Graph.Operations, operation => operation.Type == "ApplyMomentum");
        Assert.Contains(g.Graph.Operations, operation => operation.Type == "Tanh");
    }

    [Fact]
    public void A_perceptron_with_outputs_foretells_numbers()
    {
        float[] x = [.. Enumerable.Range(0, 64).Select(i => i / 32f - 1)], y = [.. x.Select(value => value * value)];
        using ModelSession session = ModelSession.Create(new MultilayerPerceptronModel { Inputs = 1, Outputs = 1, Layers = [16], Activation = "tanh" }, s_options with { Seed = 1 });
        DatasetPart data = DatasetPart.From(Tensor.From(x, [64, 1]), Tensor.From(y, [64, 1]));
        EvaluationResult before = session.Evaluate(data);
        // Mean of squares and of sizes of what is missing, by hand.
        float[] guesses = session.Run([Roles.Predictions], new Dictionary<string, Tensor> { [Roles.Inputs] = Tensor.From(x, [64, 1]) })[0].Span<float>().ToArray();
        Assert.Equal(guesses.Zip(y, (guess, right) => Math.Pow(guess - right, 2)).Average(), before.Metrics["mean_squared_error"], 5);
        Assert.Equal(guesses.Zip(y, (guess, right) => Math.Abs(guess - right)).Average(), before.Metrics["mean_absolute_error"], 5);
        session.Train(data, new TrainingOptions { Epochs = 300, BatchSize = 16, Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = 0.01 } });
        Assert.InRange(session.Evaluate(data).Metrics["mean_absolute_error"], 0, 0.03);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Contains("'Adam'", Assert.Throws<ArgumentException>(() => new SoftmaxRegressionModel { Optimizer = "Adm" }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultilayerPerceptronModel { Layers = [4, 0] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultilayerPerceptronModel { Dropout = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MultilayerPerceptronModel { Outputs = -1 });
        Assert.EndsWith("tanh.", Assert.Throws<ArgumentException>(() => new ConvNetModel { Activation = "rellu" }).Message, StringComparison.Ordinal);
        Assert.Throws<GraphException>(() => new ConvNetModel { Height = 3, Width = 3 }.Build(new GraphBuilder()));
    }

    [Fact]
    public void Metrics_over_batches_are_emptied_for_an_evaluation_and_put_back_afterwards()
    {
        using ModelSession session = ModelSession.Create(new StreamingModel(), s_options);
        EvaluationResult first = session.Evaluate(MnistData.Sample), second = session.Evaluate(MnistData.Sample);
        Assert.Equal(first.Metrics["accuracy"], first.Metrics["streaming"], 5);
        Assert.Equal(first.Metrics["streaming"], second.Metrics["streaming"]);
        Assert.Equal(0, session.Engine.ReadVariable("streaming/count")!.ToScalar<float>());
    }

    [Fact]
    public void A_metric_may_be_a_table_of_numbers()
    {
        using ModelSession session = ModelSession.Create(new StreamingModel(), s_options);
        EvaluationResult result = session.Evaluate(MnistData.Sample);
        MetricMatrix confusion = result.Matrices["confusion"];
        Assert.Equal((10, 10), (confusion.RowCount, confusion.ColumnCount));
        Assert.Equal(result.Count, Enumerable.Range(0, 10).Sum(row => confusion.Row(row).Sum()));
        Assert.Equal(result.Metrics["accuracy"] * result.Count, Enumerable.Range(0, 10).Sum(row => confusion[row, row]), 3);
        Assert.DoesNotContain("confusion", result.Metrics.Keys);
        Assert.Equal(11, confusion.ToString().Split(Environment.NewLine).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => confusion[10, 0]);
    }

    private sealed class StreamingModel : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            ArgumentNullException.ThrowIfNull(g);
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Float32, [-1, 10], "y");
            GraphTensor logits = g.Layers.Dense(x, 10), right = g.ArgMax(y, 1), said = g.ArgMax(logits, 1);
            StreamingMetric streaming = g.Metrics.Accuracy(right, said, name: "streaming");
            return new()
            {
                [Roles.Inputs] = x,
                [Roles.Labels] = y,
                [Roles.Predictions] = logits,
                [Roles.Metrics] = new Binding { ["accuracy"] = g.BatchAccuracy(right, said), ["streaming"] = streaming.ToBinding(), ["confusion"] = g.Metrics.ConfusionMatrix(right, said, 10).ToBinding() },
            };
        }
    }
}
