using System.Text.Json;
using ModelSessions.Data;

namespace ModelSessions.Tests.Files;

/// <summary>Models of public projects: classifiers on MNIST, and trainings carried on.</summary>
public sealed class ArtifactTrainingTests
{
    private const string Serving = "SciSharp+TensorFlow.NET/test/TensorFlowNET.Keras.UnitTest/Assets/";

    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()] };

    [Theory]
    [InlineData("26001", false)]
    [InlineData("26001", true)]
    [InlineData("30000", false)]
    [InlineData("30000", true)]
    public void A_classifier_with_moving_averages_is_as_good_as_in_TensorFlow(string step, bool average)
    {
        string name = $"buxianshan+Handwritten-Numeral-Recognition/MNIST_model/mnist_model-{step}";
        using ModelSession session = ModelSession.Restore(
            Artifact(name), s_options with { Restore = new RestoreOptions { MovingAverage = average } });

        Classify("classifiers", name + (average ? "/ema" : "/raw"), images => session.Run(["layer2/add:0"], new Dictionary<string, Tensor> { ["x-input:0"] = images })[0], [-1, 784]);
    }

    [Theory]
    [InlineData("simple_model_from_auto_compile", 28)]
    [InlineData("python_func_model", 784)]
    public void Models_of_TensorFlow_NET_classify_as_in_TensorFlow(string name, int side)
    {
        using ModelSession session = ModelSession.Restore(Artifact(Serving + name), s_options);
        Shape shape = side == 28 ? [-1, 28, 28, 1] : [-1, 784];
        foreach (JsonProperty scaled in Expected("classifiers", Serving + name).EnumerateObject())
        {
            float scale = scaled.Name == "pixels 0..255" ? 255 : 1;
            Classify(scaled.Value, images => Serve(session, images), shape, scale);
        }
    }

    [Theory]
    [InlineData("saved_model")]
    [InlineData("training_1/cp.ckpt")]
    public void A_Keras_model_and_its_own_checkpoint_classify_as_in_TensorFlow(string weights)
    {
        const string Project = "ShahedSabab+Handwritten-Digits-Classification-using-CNN/";
        using ModelSession session = ModelSession.Restore(Artifact(Project + "saved_model"), s_options);
        if (weights != "saved_model")
        {
            Assert.Empty(session.Saver.Restore(Artifact(Project + weights)).Missing);
        }

        Classify("classifiers", Project + weights, images => Serve(session, images), [-1, 28, 28, 1]);
    }

    [Fact]
    public void A_training_of_2019_goes_on_and_ends_where_it_ended_then()
    {
        const string Model = "Hiroki9759+learning-tensorflow/iris_model/model.ckpt-";
        JsonElement expected = Expected("iris");
        using ModelSession session = ModelSession.Restore(Artifact(Model + "0"), s_options);
        for (int step = 1; step <= 2000; step++)
        {
            float loss = session.Run(["dnn/multi_class_head/train_op/dnn/control_dependency:0"])[0].ToScalar<float>();
            if (expected.GetProperty("loss_at_step").TryGetProperty($"{step}", out JsonElement wanted))
            {
                // Where an example comes near a corner of a ReLU, the losses part for a few steps.
                Assert.Equal(wanted.GetDouble(), loss, 2e-5);
            }
        }

        Assert.Equal(2000, session.Iteration);
        using TemporaryFolder folder = new();
        using CheckpointReader end = CheckpointReader.Open(Artifact(Model + "2000")), ours = CheckpointReader.Open(session.Save(folder.Path).Prefix);
        int compared = 0;
        foreach (CheckpointTensor tensor in end.Tensors)
        {
            Near(end.Read(tensor.Name), ours.Read(tensor.Name), 1e-5);
            compared++;
        }

        Assert.Equal(18, compared);
    }

    [Theory]
    [InlineData("train", "train")]
    [InlineData("average first", "ExponentialMovingAverage", "GradientDescent")]
    [InlineData("average last", "GradientDescent", "ExponentialMovingAverage")]
    public void A_classifier_trains_on_as_in_TensorFlow(string order, params string[] targets)
    {
        const string Model = "buxianshan+Handwritten-Numeral-Recognition/MNIST_model/mnist_model-26001";
        JsonElement expected = Expected("continued", Model).GetProperty(order);
        using ModelSession session = ModelSession.Restore(Artifact(Model), s_options);
        byte[] pixels = Mnist("train-images-idx3-ubyte.gz"), labels = Mnist("train-labels-idx1-ubyte.gz");
        int batch = 0;
        foreach (JsonElement step in expected.GetProperty("steps").EnumerateArray())
        {
            int first = 5000 + 100 * batch++;
            Tensor classes = Tensor.Zeros(DType.Float32, [100, 10]);
            for (int i = 0; i < 100; i++)
            {
                classes.Span<float>()[10 * i + labels[first + i]] = 1;
            }

            Dictionary<string, Tensor> feeds = new() { ["x-input:0"] = Images(pixels, first, 100, [100, 784], 1), ["y-input:0"] = classes };
            Assert.Equal(step.GetProperty("loss_before").GetDouble(), session.Run(["add:0"], feeds)[0].ToScalar<float>(), 1e-5);
            foreach (string target in targets)
            {
                session.Run([], feeds, [target]);
            }
        }

        CheckVariables(session, expected.GetProperty("after"));
    }

    [Fact]
    public void A_regression_trains_on_as_in_TensorFlow()
    {
        const string Model = "onnx+tensorflow-onnx/tests/models/regression/checkpoint/model";
        JsonElement expected = Expected("continued", Model);
        using ModelSession session = ModelSession.Restore(Artifact(Model), s_options);
        float x = 0;
        foreach (JsonElement step in expected.GetProperty("steps").EnumerateArray())
        {
            x++;
            Dictionary<string, Tensor> feeds = new() { ["X:0"] = Tensor.Scalar(x), ["Y:0"] = Tensor.Scalar(2 * x + 1) };
            Assert.Equal(step.GetProperty("loss_before").GetDouble(), session.Run(["truediv:0"], feeds)[0].ToScalar<float>(), 1e-5);
            session.Run([], feeds, ["GradientDescent"]);
        }

        CheckVariables(session, expected.GetProperty("after"));
    }

    private static void CheckVariables(ModelSession session, JsonElement expected)
    {
        foreach (JsonProperty variable in expected.EnumerateObject())
        {
            Tensor found = session.ReadVariable(variable.Name[..variable.Name.IndexOf(':', StringComparison.Ordinal)]);
            double[] values = [.. found.ToArray().Cast<object>().Select(Convert.ToDouble)];
            double largest = Math.Max(1e-3, values.Max(Math.Abs));
            Assert.Equal(variable.Value.GetProperty("sum").GetDouble(), values.Sum(), 1e-6 * largest * values.Length + 1e-6);
            JsonElement first = variable.Value.TryGetProperty("values", out JsonElement all) ? all : variable.Value.GetProperty("first");
            Assert.All(first.EnumerateArray().Select((value, i) => (value.GetDouble(), values[i])), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-5 * largest));
        }
    }

    private static void Near(Tensor wanted, Tensor found, double relative)
    {
        double[] x = [.. wanted.ToArray().Cast<object>().Select(Convert.ToDouble)], y = [.. found.ToArray().Cast<object>().Select(Convert.ToDouble)];
        double largest = x.Max(Math.Abs);
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, relative * largest));
    }

    private static Tensor Serve(ModelSession session, Tensor images)
    {
        SignatureInfo signature = session.Signatures.Single(known => known.Name == "serving_default");
        return session.RunSignature("serving_default", new Dictionary<string, Tensor> { [signature.Inputs[0].Name] = images })[signature.Outputs[0].Name];
    }

    private static void Classify(string section, string name, Func<Tensor, Tensor> run, Shape shape) => Classify(Expected(section, name), run, shape, 1);

    private static void Classify(JsonElement expected, Func<Tensor, Tensor> run, Shape shape, float scale)
    {
        (string, string, string)[] parts = [("first5000_train", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"), ("first3000_test", "t10k-first3000-images-idx3-ubyte.gz", "t10k-first3000-labels-idx1-ubyte.gz")];
        foreach ((string part, string images, string labels) in parts)
        {
            JsonElement wanted = expected.GetProperty(part);
            byte[] pixels = Mnist(images), classes = Mnist(labels);
            int count = part == "first5000_train" ? 5000 : 3000, correct = 0;
            for (int at = 0; at < count; at += 250)
            {
                float[][] rows = [.. run(Images(pixels, at, 250, shape.With(0, 250), scale)).Span<float>().ToArray().Chunk(10)];
                correct += rows.Where((row, i) => Array.IndexOf(row, row.Max()) == classes[at + i]).Count();
                if (at == 0 && wanted.TryGetProperty("first_row", out JsonElement first))
                {
                    Assert.All(first.EnumerateArray().Zip(rows[0]), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-4));
                }
            }

            Assert.Equal(wanted.GetProperty("correct").GetInt32(), correct);
        }
    }

    private static Tensor Images(byte[] pixels, int first, int count, Shape shape, float scale) =>
        Tensor.From<float>([.. pixels.Skip(first * 784).Take(count * 784).Select(pixel => pixel * (1 / 255f) * scale)], shape);

    private static byte[] Mnist(string name) => IdxFile.Read(SharedData.Require("data/mnist/" + name)).Bytes;

    private static string Artifact(string name) => SharedData.Require("data/artifacts/" + name[..name.LastIndexOf('/')]) + name[name.LastIndexOf('/')..];

    private static JsonElement Expected(params string[] path) => path.Aggregate(
        JsonDocument.Parse(File.ReadAllText(SharedData.Require("data/expected.json"))).RootElement, (element, name) => element.GetProperty(name));
}
