using System.Text.Json;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>What goes from a checkpoint into a session, whole or in part.</summary>
public sealed class RestoreTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void As_many_checkpoints_are_kept_as_the_graphs_saver_says_where_that_is_asked_for()
    {
        using (ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Checkpoints = new(2, FlushToDisk: false) { KeepEveryHours = 3 } }))
        {
            session.Save(_folder.Path);
        }

        SessionOptions options = s_options with { Checkpoints = new(7, FlushToDisk: false) };
        using ModelSession own = ModelSession.Restore(_folder.Path, options), kept = ModelSession.Restore(_folder.Path, options with { RetentionOfGraph = true });
        Assert.Equal((7, CheckpointOptions.NeverKept), (own.Saver.Options.MaxToKeep, own.Saver.Options.KeepEveryHours));
        Assert.Equal((2, 3), (kept.Saver.Options.MaxToKeep, kept.Saver.Options.KeepEveryHours));
    }

    [Fact]
    public void Every_checkpoint_of_TensorFlows_Saver_restores_its_graph()
    {
        int restored = 0;
        foreach (JsonElement @case in GoldenCheckpoints.Cases("checkpoint_v2").Concat(GoldenCheckpoints.Cases("checkpoint_v1")).Where(c => c.TryGetProperty("variables", out _)))
        {
            string folder = GoldenCheckpoints.Folder(@case), prefix = @case.GetProperty("prefix").GetString()!;
            string root = prefix.Split("-?????")[0];
            if (!File.Exists(Path.Combine(folder, root + ".meta")))
            {
                continue;
            }

            using ModelSession session = ModelSession.Restore(Path.Combine(folder, root), s_options);
            Dictionary<string, string> notSaved = session.Variables.Where(variable => !session.Saver.Variables.Any(saved => saved.Name == variable.Name)).ToDictionary(variable => variable.Name, _ => "");
            foreach (JsonElement variable in JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "graph_variables.json"))).RootElement.GetProperty("variables").EnumerateArray())
            {
                string name = variable.GetProperty("name").GetString()!.Split(':')[0];
                if (!notSaved.ContainsKey(name))
                {
                    Assert.True(variable.GetProperty("sha256").GetString() == GoldenCheckpoints.Sha256(session.ReadVariable(name)), $"{folder}: {name}");
                }
            }

            restored++;
        }

        Assert.True(restored >= 2, $"{restored} were restored.");
    }

    [Fact]
    public void Misfits_are_what_TensorFlow_finds_and_resource_variables_take_no_other_shape_either()
    {
        JsonElement @case = GoldenCheckpoints.Cases("checkpoint_v2").FirstOrDefault(c => c.GetProperty("id").GetString() == "restore_behaviours");
        Assert.SkipWhen(@case.ValueKind == JsonValueKind.Undefined, "The case is not in the committed part of the golden files.");
        string prefix = Path.Combine(GoldenCheckpoints.Folder(@case), @case.GetProperty("prefix").GetString()!);
        JsonElement[] rows = [.. @case.GetProperty("restores").EnumerateArray().Where(row => row.GetProperty("path").GetString() == "src-7")];
        for (int i = 0; i < rows.Length; i++)
        {
            JsonProperty variable = rows[i].GetProperty("var_list").EnumerateObject().Single();
            Assert.True(DTypes.TryParse(variable.Value.GetProperty("dtype").GetString()!, out DType dtype));
            Shape shape = Shape.Create([.. variable.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);
            bool isResource = i >= rows.Length / 2, reshape = rows[i].GetProperty("saver").TryGetProperty("reshape", out _);
            using ModelSession session = ModelSession.Create(new ValuesModel(("own", Tensor.Zeros(dtype, shape), isResource)), s_options);
            Saver saver = session.AddSaver(new SaverOptions { Map = new Dictionary<string, string> { [variable.Name] = "own" }, Reshape = reshape });
            bool fits = rows[i].TryGetProperty("ok", out _) && rows[i].GetProperty("what").GetString() != "wrong shape";
            if (fits)
            {
                Assert.True(saver.Restore(prefix).IsComplete);
                Assert.Equal([0f, 1, 2, 3, 4, 5], session.ReadVariable("own").Span<float>().ToArray());
                Assert.Equal(shape, session.ReadVariable("own").Shape);
            }
            else
            {
                MissingVariableException error = Assert.Throws<MissingVariableException>(() => saver.Restore(prefix));
                Assert.Equal(rows[i].GetProperty("what").GetString() == "missing name" ? StatusCode.NotFound : StatusCode.InvalidArgument, error.Code);
            }
        }
    }

    [Fact]
    public void A_partial_restore_tells_what_became_of_everything()
    {
        CheckpointInfo saved = Save(("same", Tensor.From<float>(1, 2), false), ("other_shape", Tensor.From<float>(1, 2, 3), true), ("gone", Tensor.Scalar(4f), false));
        using ModelSession session = ModelSession.Create(
            new ValuesModel(("same", Tensor.From<float>(0, 0), true), ("other_shape", Tensor.From<float>(7, 7), true), ("fresh", Tensor.Scalar(8f), false)), s_options);

        MissingVariableException error = Assert.Throws<MissingVariableException>(() => session.Load(saved));
        Assert.Equal(["fresh", "other_shape"], error.Variables.Order());
        Assert.Equal([0f, 0], Floats(session, "same"));

        RestoreReport report = session.Load(saved, new RestoreOptions { Partial = true });
        Assert.Equal([new RestoredVariable("same", "same")], report.Restored);
        Assert.Equal(["fresh"], report.Missing);
        Assert.Equal([new MisfitVariable("other_shape", "other_shape", DType.Float32, [2], DType.Float32, [3])], report.Misfits);
        Assert.Equal(["gone"], report.Unused);
        Assert.Equal("1 restored, 1 missing, 1 of another shape or type, 1 unused", report.ToString());
        Assert.Equal([1f, 2], Floats(session, "same"));
        Assert.Equal([7f, 7], Floats(session, "other_shape"));
        Assert.Equal([8f], Floats(session, "fresh"));
        Assert.Same(report, session.LastRestore);
    }

    [Fact]
    public void A_graph_whose_saver_saved_a_part_gets_first_values_for_the_rest()
    {
        using (ModelSession session = ModelSession.Create(new ValuesModel(("a", Tensor.Scalar(1f), false), ("b", Tensor.Scalar(2f), true)), s_options))
        {
            session.Engine.WriteVariable("a", Tensor.Scalar(5f));
            session.Engine.WriteVariable("b", Tensor.Scalar(6f));
            session.AddSaver(new SaverOptions { Include = ["a"] }).Save(new SaveOptions { Folder = _folder.Path });
        }

        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);

        Assert.Equal([5f], Floats(restored, "a"));
        Assert.Equal([2f], Floats(restored, "b"));
        Assert.Equal(["b"], restored.LastRestore!.Initialized);
        Assert.Contains("1 initialised", Assert.Single(restored.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_mapped_one_by_one_and_by_a_star()
    {
        CheckpointInfo saved = Save(("old/kernel", Tensor.Scalar(1f), false), ("old/bias", Tensor.Scalar(2f), false), ("count", Tensor.Scalar(3f), false));
        using ModelSession session = ModelSession.Create(
            new ValuesModel(("new/kernel", Tensor.Scalar(0f), false), ("new/bias", Tensor.Scalar(0f), true), ("steps", Tensor.Scalar(0f), false)), s_options);

        RestoreReport report = session.Load(saved, new RestoreOptions { Map = new Dictionary<string, string> { ["old/*"] = "new/*", ["count"] = "steps" } });

        Assert.True(report.IsComplete);
        Assert.Equal((1f, 2f, 3f), (Floats(session, "new/kernel")[0], Floats(session, "new/bias")[0], Floats(session, "steps")[0]));
        GraphException error = Assert.Throws<GraphException>(() => session.Load(saved, new RestoreOptions { Map = new Dictionary<string, string> { ["count"] = "stepz" } }));
        Assert.Contains("'steps'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_included_stays_as_it_is()
    {
        CheckpointInfo saved = Save(("a/w", Tensor.Scalar(1f), false), ("a/b", Tensor.Scalar(2f), false), ("c", Tensor.Scalar(3f), false));
        using ModelSession session = ModelSession.Create(
            new ValuesModel(("a/w", Tensor.Scalar(0f), false), ("a/b", Tensor.Scalar(0f), false), ("c", Tensor.Scalar(0f), false), ("d", Tensor.Scalar(0f), false)), s_options);

        session.Load(saved, new RestoreOptions { Include = ["a/*", "c:0"], Exclude = ["*/b"] });

        Assert.Equal((1f, 0f, 3f, 0f), (Floats(session, "a/w")[0], Floats(session, "a/b")[0], Floats(session, "c")[0], Floats(session, "d")[0]));
        Assert.Contains("'c'", Assert.Throws<GraphException>(() => session.Load(saved, new RestoreOptions { Include = ["cc"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reshaping_takes_as_many_elements_in_another_shape()
    {
        CheckpointInfo saved = Save(("w", Tensor.From<float>([1f, 2, 3, 4, 5, 6], [2, 3]), false));
        using ModelSession session = ModelSession.Create(new ValuesModel(("w", Tensor.Zeros(DType.Float32, [3, 2]), true)), s_options);

        session.Load(saved, new RestoreOptions { Reshape = true });

        Assert.Equal([1f, 2, 3, 4, 5, 6], Floats(session, "w"));
        Assert.Equal([3, 2], session.ReadVariable("w").Shape);
    }

    [Fact]
    public void Moving_averages_take_the_place_of_last_values()
    {
        CheckpointInfo saved = Save(
            ("w", Tensor.Scalar(1f), false), ("w/ExponentialMovingAverage", Tensor.Scalar(10f), false), ("step", Tensor.Scalar(7L), true));
        using ModelSession session = ModelSession.Create(new ValuesModel(("w", Tensor.Scalar(0f), false)), s_options);
        session.Load(saved, new RestoreOptions { MovingAverage = true });
        Assert.Equal([10f], Floats(session, "w"));

        CheckpointInfo without = Save(("w", Tensor.Scalar(1f), false));
        Assert.Contains("no moving averages", Assert.Throws<ModelFileException>(() => session.Load(without, new RestoreOptions { MovingAverage = true })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averages_that_TensorFlow_saved_are_restored_as_variables_to_restore_maps_them()
    {
        JsonElement @case = GoldenCheckpoints.Cases("checkpoint_v2").FirstOrDefault(c => c.GetProperty("id").GetString() == "ema");
        Assert.SkipWhen(@case.ValueKind == JsonValueKind.Undefined, "The case is not in the committed part of the golden files.");
        string prefix = Path.Combine(GoldenCheckpoints.Folder(@case), "model.ckpt");
        using ModelSession session = ModelSession.Create(
            new ValuesModel(("w", Tensor.From<float>(0, 0), false), ("scope/b", Tensor.Scalar(0f), false), ("global_step", Tensor.Scalar(0L), true)), s_options);

        RestoreReport report = session.Load(CheckpointFolder.Resolve(prefix), new RestoreOptions { MovingAverage = true, Partial = true });

        Assert.Equal(
            [("scope/b", "scope/b/ExponentialMovingAverage"), ("w", "w/ExponentialMovingAverage")],
            report.Restored.Select(pair => (pair.Variable, pair.CheckpointName)).Where(pair => pair.Variable != "global_step").Order());
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        Assert.Equal(reader.Read("w/ExponentialMovingAverage").Span<float>().ToArray(), Floats(session, "w"));
    }

    [Fact]
    public void Code_that_built_its_own_graph_restores_object_based_checkpoints_by_variable_names()
    {
        JsonElement @case = GoldenCheckpoints.Cases("checkpoint_v2").FirstOrDefault(c => c.GetProperty("id").GetString() == "object_keras_weights");
        Assert.SkipWhen(@case.ValueKind == JsonValueKind.Undefined, "The case is not in the committed part of the golden files.");
        string prefix = Path.Combine(GoldenCheckpoints.Folder(@case), @case.GetProperty("prefix").GetString()!);
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        CheckpointTensor kernel = reader.FindVariable("dense_2/kernel")!;
        using ModelSession session = ModelSession.Create(new ValuesModel(("dense_2/kernel", Tensor.Zeros(kernel.DType, kernel.Shape), true)), s_options);

        session.Load(CheckpointFolder.Resolve(prefix));

        Assert.Equal(reader.Read(kernel.Name).Span<float>().ToArray(), Floats(session, "dense_2/kernel"));
    }

    [Fact]
    public void Slices_of_one_graph_restore_another_that_is_cut_otherwise_or_not_at_all()
    {
        JsonElement @case = GoldenCheckpoints.Cases("checkpoint_v2").First(c => c.GetProperty("id").GetString() == "part_axis0");
        string prefix = Path.Combine(GoldenCheckpoints.Folder(@case), "model.ckpt");
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        float[] all = reader.Read("w").Span<float>().ToArray();
        using ModelSession whole = ModelSession.Create(new ValuesModel(("w", Tensor.Zeros(DType.Float32, [10, 4]), true)), s_options);
        whole.Load(CheckpointFolder.Resolve(prefix));
        Assert.Equal(all, Floats(whole, "w"));

        CheckpointInfo saved = whole.Save(_folder.Path);
        using ModelSession parts = ModelSession.Restore(prefix, s_options);
        parts.Load(saved);
        Assert.Equal(all, Floats(parts, "w/part_0").Concat(Floats(parts, "w/part_1")).Concat(Floats(parts, "w/part_2")));

        // Saved again, it is cut as TensorFlow cut it.
        using CheckpointReader again = CheckpointReader.Open(parts.Save(_folder["parts"]).Prefix);
        Assert.Equal(3, again.Find("w")!.SliceCount);
        Assert.Equal(all, again.Read("w").Span<float>().ToArray());
    }

    private CheckpointInfo Save(params (string Name, Tensor Value, bool IsResource)[] variables)
    {
        using ModelSession session = ModelSession.Create(new ValuesModel(variables), s_options);
        return session.Save(_folder.Path);
    }

    private static float[] Floats(ModelSession session, string name) => session.ReadVariable(name).Span<float>().ToArray();
}
