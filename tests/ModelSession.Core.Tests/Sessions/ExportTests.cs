using Google.Protobuf;
using ModelSessions.Models;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

public sealed class ExportTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.pb")]
    [InlineData("model.pbtxt")]
    public void A_frozen_graph_opens_with_binding_and_class_names_and_predicts_the_same(string name)
    {
        using ModelSession session = Create();
        ExportResult exported = session.Export(_folder[name], new ExportOptions { Frozen = true });

        using ModelSession opened = ModelSession.Restore(exported.Path, s_options);

        Assert.Equal([name, $"{name}.json"], _folder.Names);
        Assert.Equal(Predict(session), Predict(opened));
        Assert.Empty(opened.Variables);
        Assert.Empty(opened.RolesGuessed);
        Assert.Empty(opened.Warnings);
        Assert.Equal(("Mnist", 4), (opened.Name, opened.Parameters["Layer1"]));
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], opened.ClassNames);
        Assert.Equal(["hyperparameters", "inputs", "logits", "predictions"], opened.Binding.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["keep_probability"], opened.Hyperparameters.Select(hyperparameter => hyperparameter.Name));
        Assert.Contains("model/probabilities:0", Assert.Single(exported.Notes), StringComparison.Ordinal);
        Assert.Equal(8, exported.Frozen.Count);
    }

    [Theory]
    [InlineData("a.pb", GraphFormat.Pb)]
    [InlineData("a.PBTXT", GraphFormat.Pbtxt)]
    [InlineData("a.meta", GraphFormat.Meta)]
    [InlineData("a.meta.pbtxt", GraphFormat.Meta)]
    [InlineData("a", GraphFormat.SavedModel)]
    [InlineData("model/1.0", GraphFormat.SavedModel)]
    public void An_extension_tells_the_format(string path, GraphFormat format) => Assert.Equal(format, ModelSession.FormatOf(path));

    [Fact]
    public void An_unknown_extension_is_refused()
    {
        using ModelSession session = Create();
        Assert.Contains("'.ptxt'", Assert.Throws<ArgumentException>(() => session.Export(_folder["a.ptxt"])).Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void What_only_a_checkpoint_can_give_is_refused_for_a_frozen_graph()
    {
        using ModelSession session = Create();
        session.Export(_folder["model.pb"], new ExportOptions { Frozen = true });
        foreach (RestoreOptions options in new RestoreOptions[] { new() { Include = ["w"] }, new() { MovingAverage = true }, new() { Reshape = true } })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => ModelSession.Restore(_folder["model.pb"], s_options with { Restore = options }));
            Assert.Contains(_folder["model.pb"], error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_frozen_graph_with_tables_says_that_they_must_be_filled()
    {
        GraphBuilder g = new();
        GraphTensor table = g.Add("HashTableV2", "table", new() { ["key_dtype"] = DType.String, ["value_dtype"] = DType.Int64 });
        GraphTensor found = g.Add("LookupTableFindV2", "found", null, table, g.Constant(Tensor.FromStrings(["a"], [1])), g.Constant(-1L, DType.Int64));
        File.WriteAllBytes(_folder["table.pb"], g.Graph.ToGraphDef().ToByteArray());
        using ModelSession session = ModelSession.Restore(_folder["table.pb"], s_options);

        ExportResult exported = session.Export(_folder["frozen.pb"], new ExportOptions { Frozen = true, Outputs = [found.Name] });

        Assert.Contains("'table'", Assert.Single(exported.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_json_the_roles_of_a_frozen_graph_are_guessed()
    {
        using ModelSession session = Create();
        session.Export(_folder["model.pb"], new ExportOptions { Frozen = true });
        File.Delete(_folder["model.pb.json"]);

        using ModelSession opened = ModelSession.Restore(_folder["model.pb"], s_options);

        Assert.Equal("model/probabilities:0", opened.RolesGuessed["predictions"]);
        Assert.Equal("parameters/x:0", opened.RolesGuessed["inputs"]);
        Assert.Empty(opened.ClassNames);
        Assert.Equal(Predict(session), Predict(opened));
    }

    [Fact]
    public void A_damaged_json_beside_a_graph_is_told()
    {
        using ModelSession session = Create();
        session.Export(_folder["model.pb"], new ExportOptions { Frozen = true });
        File.WriteAllText(_folder["model.pb.json"], "{");

        ModelFileException error = Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder["model.pb"], s_options));

        Assert.Equal(_folder["model.pb.json"], error.Path);
    }

    [Fact]
    public void A_scope_in_which_nothing_is_cannot_be_exported()
    {
        using ModelSession session = Create();
        Assert.Contains("'parameter'", Message(() => session.Export(_folder["part.meta"], new ExportOptions { Scope = "parameter" })), StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void A_meta_alone_starts_by_its_own_initialisers()
    {
        using ModelSession session = Create();
        session.Export(_folder["model.meta"]);

        using ModelSession opened = ModelSession.Restore(_folder["model.meta"], s_options);

        Assert.All(opened.Variables, variable => Assert.True(variable.IsInitialized));
        Assert.Contains("Nothing is learnt yet", Assert.Single(opened.Warnings), StringComparison.Ordinal);
        Assert.Equal(session.Binding, opened.Binding);
        Assert.Null(opened.Checkpoint);
    }

    [Fact]
    public void A_graph_is_cut_down_to_its_outputs()
    {
        using ModelSession session = Create();
        session.Export(_folder["whole.pb"]);
        ExportResult exported = session.Export(_folder["part.pb"], new ExportOptions { Outputs = ["logits"] });

        GraphDef whole = GraphDef.Parser.ParseFrom(File.ReadAllBytes(_folder["whole.pb"])), part = GraphDef.Parser.ParseFrom(File.ReadAllBytes(_folder["part.pb"]));

        Assert.Equal(session.Graph.Count, whole.Node.Count);
        Assert.Equal(["model/logits:0"], exported.Outputs);
        Assert.Contains(part.Node, node => node.Name == "model/logits");
        Assert.DoesNotContain(part.Node, node => node.Name == "model/probabilities" || node.Op is "Assign" or "ApplyAdam");
        Assert.Contains("does not hold the values of the graph's 8 variables", exported.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_MetaGraph_that_is_cut_down_has_no_collections_of_what_is_gone()
    {
        using ModelSession session = Create();
        session.Export(_folder["part.meta"], new ExportOptions { Outputs = ["predictions"] });

        MetaGraphDef meta = ModelSessions.Files.MetaGraphFile.Read(_folder["part.meta"]);

        Assert.Null(meta.SaverDef);
        Assert.DoesNotContain("train_op", meta.CollectionDef.Keys);
        Assert.DoesNotContain("variables", meta.CollectionDef.Keys);
        GraphImporter.Import(meta.GraphDef);
    }

    [Fact]
    public void A_signature_checks_names_and_types_of_its_inputs()
    {
        using ModelSession session = Create();

        Assert.Contains("lacks 'inputs', it has no 'images'", Message(() => Run(session, "images", Images())), StringComparison.Ordinal);
        Assert.Contains("takes float32", Message(() => Run(session, "inputs", Tensor.Zeros(DType.Int32, [1, 784]))), StringComparison.Ordinal);
        Assert.Contains("It has 'serving_default'", Message(() => session.RunSignature("other", new Dictionary<string, Tensor>())), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_can_be_opened_is_told_as_such()
    {
        File.WriteAllText(_folder["letter.txt"], "dear");

        Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder["letter.txt"], s_options));
        Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder["nowhere"], s_options));
        Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder.Path, s_options));
    }

    [Fact]
    public void Functions_of_a_SavedModel_of_TensorFlow_2_are_frozen_with_what_they_capture()
    {
        using ModelSession session = ModelSession.Restore(SharedData.Require("golden/files/saved_models/module_v2/model"), s_options);
        Dictionary<string, Tensor> inputs = new() { ["x"] = Tensor.From<float>([1, 2, 3, -1, 0.5f, 0], [2, 3]) };
        SignatureInfo signature = session.Signatures.Single(each => each.Name == "serving_default");
        string y = signature.Outputs.Single(output => output.Name == "y").Tensor;
        ExportResult exported = session.Export(_folder["frozen.pb"], new ExportOptions { Frozen = true, Outputs = [y] });

        using ModelSession frozen = ModelSession.Restore(exported.Path, s_options);

        Assert.Empty(frozen.Variables);
        Assert.Equal(["count", "w"], exported.Frozen.Order(StringComparer.Ordinal));
        Assert.Contains("write nothing any more", exported.Notes[0], StringComparison.Ordinal);
        Assert.Equal(
            session.RunSignature(null, inputs)["y"].Span<float>().ToArray(),
            frozen.Run([y], new Dictionary<string, Tensor> { [signature.Inputs[0].Tensor] = inputs["x"] })[0].Span<float>().ToArray());
    }

    [Fact]
    public void Variables_that_are_left_out_of_freezing_stay_variables()
    {
        using ModelSession session = Create();
        ExportResult exported = session.Export(_folder["model.pb"], new ExportOptions { Frozen = true, Exclude = ["model/fc2/bias"] });

        using ModelSession opened = ModelSession.Restore(_folder["model.pb"], s_options);

        Assert.DoesNotContain("model/fc2/bias", exported.Frozen);
        Assert.Equal("model/fc2/bias", Assert.Single(opened.Variables).Name);
        Assert.Contains("Load a checkpoint", Assert.Single(opened.Warnings), StringComparison.Ordinal);
        opened.Load(session.Save(_folder["checkpoint"]));
        Assert.Equal(Predict(session), Predict(opened));
    }

    [Fact]
    public void An_operation_that_trains_cannot_be_frozen()
    {
        using ModelSession session = Create();

        GraphException error = Assert.Throws<GraphException>(() => session.Export(_folder["model.pb"], new ExportOptions { Frozen = true, Outputs = ["train"] }));

        Assert.Contains("ApplyAdam", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    private static string Message(Action run) => Assert.Throws<GraphException>(run).Message;

    private static void Run(ModelSession session, string input, Tensor value) => session.RunSignature(null, new Dictionary<string, Tensor> { [input] = value });

    private static Tensor Images() => MnistImages.Three();

    private static float[] Predict(ModelSession session) => MnistImages.Predict(session);

    private static ModelSession Create() => ModelSession.Create(new MnistModel { Layer1 = 4, Layer2 = 8 }, s_options);
}
