using System.Text.Json;
using ModelSessions.Data;

namespace ModelSessions.Tests.Files;

/// <summary>SavedModels and frozen graphs of public projects, written by TensorFlow 0.12 to 2.14.</summary>
public sealed class ArtifactModelTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()] };

    [Fact]
    public void What_is_in_every_public_SavedModel_is_listed_as_TensorFlow_reads_it()
    {
        int tensors = 0;
        foreach ((string folder, JsonElement expected) in Models())
        {
            SavedModelInfo info = SavedModelInfo.Read(folder);

            Assert.Equal(expected.GetProperty("schema_version").GetInt64(), info.SchemaVersion);
            JsonElement[] graphs = [.. expected.GetProperty("meta_graphs").EnumerateArray()];
            Assert.Equal(graphs.Length, info.Graphs.Count);
            foreach ((JsonElement graph, SavedModelGraph found) in graphs.Zip(info.Graphs))
            {
                Assert.Equal(graph.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), found.Tags);
                Assert.Equal(graph.GetProperty("tensorflow_version").GetString(), found.TensorFlowVersion);
                Assert.Equal((graph.GetProperty("nodes").GetInt32(), graph.GetProperty("functions").GetInt32()), (found.NodeCount, found.FunctionCount));
                JsonProperty[] signatures = [.. graph.GetProperty("signatures").EnumerateObject().Where(signature => signature.Name != "__saved_model_init_op").OrderBy(signature => signature.Name, StringComparer.Ordinal)];
                Assert.Equal(signatures.Select(signature => signature.Name), found.Signatures.Select(signature => signature.Name));
                foreach ((JsonProperty signature, SignatureInfo one) in signatures.Zip(found.Signatures))
                {
                    Assert.Equal(signature.Value.GetProperty("method").GetString(), one.Method);
                    tensors += CheckTensors(signature.Value.GetProperty("inputs"), one.Inputs) + CheckTensors(signature.Value.GetProperty("outputs"), one.Outputs);
                }
            }
        }

        Assert.True(tensors >= 100, $"{tensors} inputs and outputs compared.");
    }

    [Fact]
    public void Every_public_SavedModel_has_its_variables_and_gives_its_values()
    {
        int variables = 0, outputs = 0;
        List<string> unsupported = [];
        foreach ((string folder, JsonElement expected) in Models())
        {
            if (expected.GetProperty("loads").GetString() == "never")
            {
                Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => ModelSession.Restore(folder, s_options)).Code);
                continue;
            }

            using ModelSession session = ModelSession.Restore(folder, s_options);
            foreach (JsonProperty variable in expected.GetProperty("variables").EnumerateObject().Where(variable => variable.Value.TryGetProperty("sha256", out _)))
            {
                Assert.Equal(variable.Value.GetProperty("sha256").GetString(), GoldenCheckpoints.Sha256(session.ReadVariable(variable.Name)));
                variables++;
            }

            Assert.All(session.Variables, variable => Assert.True(variable.IsInitialized, $"{variable.Name} of {folder}"));
            foreach (JsonElement run in expected.GetProperty("runs").EnumerateArray())
            {
                try
                {
                    outputs += CheckRun(session, run);
                }
                catch (UnsupportedFeatureException error)
                {
                    unsupported.AddRange(error.Features);
                }
            }
        }

        Assert.True(variables == 46 && outputs >= 42, $"{variables} variables and {outputs} outputs compared; not supported: {string.Join(", ", unsupported.Distinct())}.");
    }

    [Fact]
    public void Every_public_frozen_graph_gives_its_values()
    {
        string root = SharedData.Require("data/artifacts");
        Tensor images = Images(3000, [-1, 784]);
        List<string> unsupported = [];
        int compared = 0;
        foreach (JsonProperty graph in Expected("frozen"))
        {
            using ModelSession session = ModelSession.Restore(Path.Combine(root, graph.Name), s_options);
            Assert.Equal(graph.Value.GetProperty("nodes").GetInt32(), session.Graph.Count);
            Assert.Equal(graph.Value.GetProperty("inputs").EnumerateArray().Select(name => name.GetString()), session.Graph.Operations.Where(operation => operation.Type == "Placeholder").Select(operation => operation.Name));
            string output = graph.Value.GetProperty("outputs")[0].GetString()!;
            try
            {
                if (graph.Value.TryGetProperty("X=2", out JsonElement one))
                {
                    Compare(one, session.Run([output], new Dictionary<string, Tensor> { ["X:0"] = Tensor.Scalar(2f) })[0]);
                    compared++;
                    continue;
                }

                compared += CheckImages(graph.Value.GetProperty("first3000_test"), session, output, images) ? 1 : 0;
            }
            catch (UnsupportedFeatureException error)
            {
                unsupported.AddRange(error.Features);
            }
        }

        Assert.True(compared == 5, $"{compared} graphs compared; not supported: {string.Join(", ", unsupported.Distinct())}.");
    }

    [Fact]
    public void What_is_no_SavedModel_or_has_other_tags_is_told()
    {
        string serving = SharedData.Require("data/artifacts/tensorflow+serving/tensorflow_serving/servables/tensorflow/testdata");
        string model = Path.Combine(serving, "saved_model_half_plus_two_cpu/00000123");

        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => SavedModelInfo.Read(Path.Combine(serving, "bad_half_plus_two/00000123"))).Code);
        Assert.Equal(StatusCode.NotFound, Assert.Throws<ModelFileException>(() => SavedModelInfo.Read(Path.Combine(serving, "tf_text_regression/01"))).Code);
        Assert.Contains("{serve}", Assert.Throws<ModelFileException>(() => ModelSession.Restore(model, s_options with { Tags = ["train"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_graph_is_right_where_a_signature_is_wrong()
    {
        using ModelSession session = ModelSession.Restore(
            SharedData.Require("data/artifacts/tensorflow+serving/tensorflow_serving/servables/tensorflow/testdata/saved_model_half_plus_three/00000123"), s_options);
        SignatureInfo signature = session.Signatures.Single(each => each.Name == "serving_default");
        Assert.Equal(0, signature.Inputs.Single(input => input.Name == "x").Shape.Rank);

        Tensor y = session.RunSignature("serving_default", new Dictionary<string, Tensor> { ["x"] = Tensor.From<float>([1, 2, 20], [3, 1]) })["y"];

        Assert.Equal([3.5f, 4, 13], y.Span<float>().ToArray());
    }

    private static bool CheckImages(JsonElement expected, ModelSession session, string output, Tensor images)
    {
        Dictionary<string, Tensor> feeds = new() { ["X:0"] = images };
        if (session.Graph.Find("keep_prob") is not null)
        {
            feeds["keep_prob:0"] = Tensor.Scalar(1f);
        }

        Tensor values = session.Run([$"{output}:0"], feeds)[0];
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), Enumerable.Range(0, values.Shape.Rank).Select(i => values.Shape[i]));
        float[] numbers = [.. values.Span<float>()];
        double largest = numbers.Max(Math.Abs);
        Assert.All(expected.GetProperty("first_row").EnumerateArray().Select((value, i) => (value.GetDouble(), numbers[i])), pair => Assert.Equal(pair.Item1, pair.Item2, 1e-5 * largest));
        Assert.Equal(expected.GetProperty("sum").GetDouble(), numbers.Sum(number => (double)number), 1e-5 * largest * numbers.Length);
        if (expected.TryGetProperty("correct", out JsonElement correct))
        {
            byte[] labels = IdxFile.Read(SharedData.Require("data/mnist/t10k-first3000-labels-idx1-ubyte.gz")).Bytes;
            Assert.Equal(correct.GetInt32(), numbers.Chunk(10).Where((row, i) => Array.IndexOf(row, row.Max()) == labels[i]).Count());
        }

        return true;
    }

    private static int CheckRun(ModelSession session, JsonElement run)
    {
        Dictionary<string, Tensor> inputs = run.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => Input(input.Value));
        IReadOnlyDictionary<string, Tensor> outputs = session.RunSignature(run.GetProperty("signature").GetString(), inputs);
        JsonProperty[] expected = [.. run.GetProperty("outputs").EnumerateObject()];
        Assert.Equal(expected.Select(output => output.Name).Order(StringComparer.Ordinal), outputs.Keys.Order(StringComparer.Ordinal));
        foreach (JsonProperty output in expected)
        {
            Compare(output.Value, outputs[output.Name]);
        }

        return expected.Length;
    }

    private static void Compare(JsonElement expected, Tensor found)
    {
        Assert.Equal(expected.GetProperty("dtype").GetString(), found.DType.Name());
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), Enumerable.Range(0, found.Shape.Rank).Select(i => found.Shape[i]));
        double[] wanted = [.. (expected.TryGetProperty("values", out JsonElement values) ? values : expected.GetProperty("first")).EnumerateArray().Select(value => value.GetDouble())];
        float[] numbers = [.. found.Span<float>()];
        double tolerance = 1e-5 * Math.Max(1, wanted.Max(Math.Abs));
        Assert.All(wanted.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    // A value that is written out, or made by the rule that the record states.
    private static Tensor Input(JsonElement record)
    {
        Shape shape = Shape.Create([.. record.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);
        if (record.TryGetProperty("hex", out JsonElement strings))
        {
            Tensor tensor = Tensor.Zeros(DType.String, shape);
            int i = 0;
            foreach (JsonElement text in strings.EnumerateArray())
            {
                tensor.Objects[i++] = Convert.FromHexString(text.GetString()!);
            }

            return tensor;
        }

        string from = record.TryGetProperty("from", out JsonElement rule) ? rule.GetString()! : "";
        int count = (int)shape.ElementCount;
        return from.StartsWith("first 2 images", StringComparison.Ordinal) ? Images(2, shape)
            : from.StartsWith("0..", StringComparison.Ordinal) ? Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (float)i)], shape)
            : from.StartsWith("linspace", StringComparison.Ordinal) ? Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (float)(-1 + 2.0 * i / (count - 1)) * (from.Contains("times 0.5", StringComparison.Ordinal) ? 0.5f : 1))], shape)
            : Tensor.From<float>([.. record.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())], shape);
    }

    private static Tensor Images(int count, Shape shape)
    {
        byte[] pixels = IdxFile.Read(SharedData.Require("data/mnist/t10k-first3000-images-idx3-ubyte.gz")).Bytes;
        return Tensor.From<float>([.. pixels.Take(count * 784).Select(pixel => pixel * (1 / 255f))], shape.IsFullyDefined ? shape : [count, 784]);
    }

    private static int CheckTensors(JsonElement expected, IReadOnlyList<SignatureTensor> found)
    {
        JsonProperty[] wanted = [.. expected.EnumerateObject().OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        Assert.Equal(wanted.Select(tensor => tensor.Name), found.Select(tensor => tensor.Name));
        foreach ((JsonProperty tensor, SignatureTensor one) in wanted.Zip(found))
        {
            JsonElement shape = tensor.Value.GetProperty("shape");
            Assert.Equal((tensor.Value.GetProperty("tensor").GetString(), tensor.Value.GetProperty("dtype").GetString()!.Replace("_ref", "", StringComparison.Ordinal)), (one.Tensor, one.DType.Name()));
            Assert.Equal(shape.ValueKind == JsonValueKind.Null ? Shape.Unknown : Shape.Create([.. shape.EnumerateArray().Select(size => size.GetInt64())]), one.Shape);
        }

        return wanted.Length;
    }

    private static IEnumerable<(string Folder, JsonElement Expected)> Models()
    {
        string root = SharedData.Require("data/artifacts");
        return Expected("saved_models").Select(model => (Path.Combine(root, model.Name), model.Value));
    }

    private static JsonProperty[] Expected(string section) =>
        [.. JsonDocument.Parse(File.ReadAllText(SharedData.Require("data/expected.json"))).RootElement.GetProperty(section).EnumerateObject()];
}
