using System.Text.Json;
using ModelSessions.Models;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Models;

/// <summary>The ready-made definitions train, from the same values, as the same models of TensorFlow's layers and optimizers (make_ready_made.py).</summary>
public sealed class ReadyMadeTrajectoryTests
{
    private const int Steps = 12;

    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Checkpoints = new(FlushToDisk: false) };

    private static readonly Dictionary<string, Model> s_models = new()
    {
        ["SoftmaxRegression"] = new(new SoftmaxRegressionModel { Inputs = 6, Classes = 3, L2 = 0.01 }, 0.5, "accuracy"),
        ["MultilayerPerceptron"] = new(
            new MultilayerPerceptronModel { Inputs = 6, Classes = 3, Layers = [5, 4], Activation = "tanh", Optimizer = "Momentum", L1 = 0.001 }, 0.1, "accuracy"),
        ["ConvNet"] = new(new ConvNetModel { Height = 6, Width = 5, Channels = 2, Classes = 3, Filters = [3, 4], KernelSize = 3, Dense = [5] }, 0.01, "accuracy"),
        ["Autoencoder"] = new(new AutoencoderModel { Inputs = 6, Layers = [5, 2], Activation = "sigmoid", Optimizer = "RMSProp" }, 0.01, "mean_squared_error"),
        ["LinearRegression"] = new(new LinearRegressionModel { Inputs = 6, Outputs = 2, Optimizer = "Adagrad" }, 0.1, "mean_absolute_error"),
    };

    public static TheoryData<string> Names => [.. s_models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_ready_made_model_trains_step_by_step_as_in_TensorFlow(string name)
    {
        JsonElement expected = Expected(name);
        using ModelSession session = Create(name);
        List<double> losses = [], metrics = [];
        for (int i = 0; i < Steps; i++)
        {
            Tensor[] found = session.Run([Roles.Loss, $"{Roles.Metrics}.{s_models[name].Metric}", Roles.Train], Feeds(session, name, i));
            losses.Add(found[0].ToScalar<float>());
            metrics.Add(found[1].ToScalar<float>());
        }

        Near(expected.GetProperty("losses"), losses, "losses");
        Near(expected.GetProperty("metrics"), metrics, "metrics");
        Near(expected.GetProperty("predictions"), Numbers(session.Run([Roles.Predictions], Feeds(session, name, 0))[0]), "predictions");
        Assert.Equal(Steps, session.Iteration);
        foreach (JsonProperty variable in expected.GetProperty("values").EnumerateObject())
        {
            Near(variable.Value, Numbers(session.ReadVariable(variable.Name)), variable.Name);
        }
    }

    [Fact]
    public void TensorFlow_trains_a_ready_made_model_from_its_files_alone()
    {
        using TemporaryFolder folder = new();
        foreach (string name in s_models.Keys)
        {
            using ModelSession session = Create(name);
            File.WriteAllText(folder[$"{name}.json"], JsonSerializer.Serialize(Enumerable.Range(0, Steps).Select(i => Feeds(session, name, i).ToDictionary(feed => feed.Key, feed => Rows(feed.Value)))));
            session.Save(folder.Path, name);
        }

        JsonElement theirs = TensorFlowPython.Run("TensorFlow/ready_made.py", [folder.Path, .. s_models.Keys]);

        foreach (string name in s_models.Keys)
        {
            JsonElement expected = Expected(name), found = theirs.GetProperty(name);
            Near(expected.GetProperty("losses"), Numbers(found.GetProperty("losses")), $"{name}, losses");
            foreach (JsonProperty variable in expected.GetProperty("values").EnumerateObject())
            {
                Near(variable.Value, Numbers(found.GetProperty("values").GetProperty(variable.Name)), $"{name}, {variable.Name}");
            }
        }
    }

    private static ModelSession Create(string name)
    {
        ModelSession session = ModelSession.Create(s_models[name].Definition, s_options);
        int phase = 0;
        foreach (JsonProperty variable in Expected(name).GetProperty("values").EnumerateObject())
        {
            session.Engine.WriteVariable(variable.Name, Waves(session.Variable(variable.Name).Shape, 0.5, phase++));
        }

        return session;
    }

    private static Dictionary<string, Tensor> Feeds(ModelSession session, string name, int step)
    {
        Dictionary<string, Tensor> feeds = new()
        {
            ["parameters/x:0"] = Waves([4, name == "ConvNet" ? 60 : 6], 0.5, 3 * step, 0.5f),
            ["parameters/learning_rate:0"] = Tensor.Scalar((float)s_models[name].LearningRate),
        };
        if (name == "LinearRegression")
        {
            feeds["parameters/y:0"] = Waves([4, 2], 1, step);
        }
        else if (name != "Autoencoder")
        {
            feeds["parameters/y:0"] = Tensor.From<float>([.. Enumerable.Range(0, 12).Select(i => (step + (i / 3)) % 3 == i % 3 ? 1 : 0)], [4, 3]);
        }

        if (session.Graph.Operations.Any(operation => operation.Name == "parameters/keep_probability"))
        {
            feeds["parameters/keep_probability:0"] = Tensor.Scalar(1f);
        }

        return feeds;
    }

    private static Tensor Waves(Shape shape, double scale, int phase, float offset = 0) =>
        Tensor.From<float>([.. Enumerable.Range(1, (int)shape.ElementCount).Select(i => offset + (float)(scale * Math.Sin(i + phase)))], shape);

    private static object Rows(Tensor value) => value.Shape.Rank == 0 ? value.ToScalar<float>() : value.Span<float>().ToArray().Chunk((int)value.Shape[1]);

    private static JsonElement Expected(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Graphs", "Expected", "ready_made.json"))).RootElement.GetProperty(name);

    private static double[] Numbers(Tensor value) => [.. value.Span<float>().ToArray().Select(number => (double)number)];

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static void Near(JsonElement expected, IReadOnlyList<double> found, string what)
    {
        double[] wanted = Numbers(expected);
        Assert.True(
            wanted.Length == found.Count && wanted.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= 2e-5 * (1 + Math.Abs(pair.First))),
            $"{what}: expected {string.Join(", ", wanted)}; found {string.Join(", ", found)}");
    }

    private sealed record Model(ReadyMadeModel Definition, double LearningRate, string Metric);
}
