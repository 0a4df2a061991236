using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>MetaGraphs that we export, imported by real TensorFlow, and what it makes of them, opened again.</summary>
public sealed class MetaGraphTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_form_gives_the_values_of_the_session_in_TensorFlow()
    {
        using ModelSession session = ModelSession.Create(new PixelModel { Classes = 3 }, s_options with { Directory = _folder.Path });
        session.Graph.Collections.SetValues("rates", [0.5, 0.25]);
        session.Graph.Collections.SetValues("layers", [3, 4]);
        session.Graph.Collections.SetValues("note", ["hello", true]);
        CheckpointInfo saved = session.Save();
        session.ExportMetaGraph(_folder["text.meta"], asText: true);
        session.ExportMetaGraph(_folder["stripped.meta"], new MetaGraphExportOptions { StripDefaultAttributes = true, ClearDevices = true });
        session.ExportMetaGraph(_folder["no_saver.meta"], new MetaGraphExportOptions { OmitSaver = true });
        Dictionary<string, object> tasks = new() { ["whole"] = Task(saved.Prefix + ".meta", saved.Prefix) };
        foreach (string form in (string[])["text", "stripped", "no_saver"])
        {
            tasks[form] = Task($"{form}.meta", saved.Prefix);
        }

        tasks["scoped"] = Task(saved.Prefix + ".meta", saved.Prefix, "m1");

        JsonElement results = Run(tasks);

        float[] expected = Predict(session, "predictions", "inputs");
        foreach (JsonProperty result in results.EnumerateObject())
        {
            Near(expected, result.Value.GetProperty("values")[0]);
            Assert.True(result.Value.GetProperty("saver").GetBoolean(), result.Name);
            Assert.Equal([0.5, 0.25], result.Value.GetProperty("collections").GetProperty("rates").EnumerateArray().Select(value => value.GetDouble()));
            Assert.Equal([3, 4], result.Value.GetProperty("collections").GetProperty("layers").EnumerateArray().Select(value => value.GetInt32()));
        }

        Assert.Equal(session.Graph.Operations.Select(operation => operation.Name), Names(results.GetProperty("whole"), "operations"));
        Assert.Equal("hello", results.GetProperty("whole").GetProperty("collections").GetProperty("note")[0].GetString());
        Assert.Equal("m1/hello", results.GetProperty("scoped").GetProperty("collections").GetProperty("note")[0].GetString());
        Assert.Equal([""], Names(results.GetProperty("stripped"), "devices"));
        Assert.Equal(["m1/weights:0", "m1/iteration:0"], results.GetProperty("scoped").GetProperty("collections").GetProperty("variables").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void A_scope_with_inputs_from_outside_is_joined_in_TensorFlow()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, [2], "x");
        using (g.NameScope("outer"))
        using (g.NameScope("inner"))
        {
            GraphVariable v = g.Variable(g.Constant(Tensor.From<float>([1, 2], [2])), "v");
            g.Times(g.Plus(x, v.Read(), "sum"), 2f, "twice");
        }

        MetaGraphFile.Write(_folder["inner.meta"], MetaGraphExporter.Export(g.Graph, new MetaGraphExportOptions { Scope = "outer/inner" }));
        JsonElement result = Run(new()
        {
            ["part"] = new
            {
                imports = (object[])[new { meta = "inner.meta", scope = "s", unbound = new Dictionary<string, float[]> { ["$unbound_inputs_x"] = [10, 20] } }],
                fetches = (string[])["s/twice:0"],
            },
        }).GetProperty("part");

        Near([22, 44], result.GetProperty("values")[0]);
        Assert.Equal(["s/v:0"], result.GetProperty("collections").GetProperty("variables").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void Copies_that_TensorFlow_put_into_scopes_are_opened_with_the_roles_of_each()
    {
        string[] prefixes = [.. ((int[])[3, 4]).Select(classes =>
        {
            using ModelSession session = ModelSession.Create(new PixelModel { Classes = classes }, s_options);
            return session.Save(_folder[$"model{classes}"]).Prefix;
        })];
        Dictionary<string, object> tasks = new()
        {
            ["one"] = new { imports = (object[])[new { meta = prefixes[0] + ".meta", scope = "m1" }], save = _folder["one"] },
            ["two"] = new { imports = prefixes.Select((prefix, i) => new { meta = prefix + ".meta", scope = $"m{i + 1}" }), save = _folder["two"], feeds = Feeds("m2/"), fetches = (string[])["m2/probabilities:0"] },
        };
        JsonElement results = Run(tasks);

        using ModelSession one = ModelSession.Restore(_folder["one"], s_options);
        Assert.Equal("m1/probabilities:0", one.Binding.Name("predictions"));
        Assert.Equal(0, one.Iteration);
        using ModelSession two = ModelSession.Restore(_folder["two"], s_options);
        Assert.Equal(new Shape(784, 3), two.ReadVariable("m1/weights").Shape);
        Near(Predict(two, "m2.predictions", "m2.inputs", "m2/"), results.GetProperty("two").GetProperty("values")[0]);
    }

    private static object Task(string meta, string checkpoint, string? scope = null) => new
    {
        imports = (object[])[new { meta, scope }],
        checkpoint,
        feeds = Feeds(scope is null ? "" : scope + "/"),
        fetches = (string[])[scope is null ? "probabilities:0" : $"{scope}/probabilities:0"],
    };

    private static Dictionary<string, object> Feeds(string scope) => new() { [$"{scope}x:0"] = (float[][])[Pixels], [$"{scope}keep_probability:0"] = 1f };

    private static float[] Pixels => [.. Enumerable.Range(0, 784).Select(i => i % 7 / 7f)];

    private static float[] Predict(ModelSession session, string predictions, string inputs, string scope = "") => session.Run(
        [predictions],
        new Dictionary<string, Tensor> { [inputs] = Tensor.From<float>(Pixels, [1, 784]), [$"{scope}keep_probability:0"] = Tensor.Scalar(1f) })[0].Span<float>().ToArray();

    private JsonElement Run(Dictionary<string, object> tasks)
    {
        File.WriteAllText(_folder["tasks.json"], JsonSerializer.Serialize(tasks));
        return TensorFlowPython.Run("TensorFlow/meta_graphs.py", _folder.Path);
    }

    private static void Near(float[] expected, JsonElement found)
    {
        float[] values = [.. found.EnumerateArray().Select(value => value.GetSingle())];
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.InRange(pair.Second, pair.First - 1e-5f * Math.Abs(pair.First) - 1e-6f, pair.First + 1e-5f * Math.Abs(pair.First) + 1e-6f));
    }

    private static string[] Names(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
