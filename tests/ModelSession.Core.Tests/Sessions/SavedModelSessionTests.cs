using Google.Protobuf;
using ModelSessions.Models;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

/// <summary>Sessions that are written as SavedModels and opened from them.</summary>
public sealed class SavedModelSessionTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_SavedModel_opens_as_the_session_that_wrote_it(bool asText)
    {
        using ModelSession session = Create();
        ExportResult exported = session.Export(_folder["saved"], new ExportOptions { AsText = asText });

        using ModelSession opened = ModelSession.Restore(_folder["saved"], s_options);

        Assert.Equal(GraphFormat.SavedModel, exported.Format);
        Assert.Equal(["saved"], _folder.Names);
        Assert.Equal([asText ? "saved_model.pbtxt" : "saved_model.pb", "variables"], Directory.EnumerateFileSystemEntries(_folder["saved"]).Select(path => Path.GetFileName(path)).Order());
        Assert.Equal(Predict(session), Predict(opened));
        Assert.Equal(Predict(session), opened.RunSignature(null, new Dictionary<string, Tensor> { ["inputs"] = Images() })["predictions"].Span<float>().ToArray());
        Assert.Equal(session.Binding, opened.Binding);
        Assert.Equal(session.ClassNames, opened.ClassNames);
        Assert.Equal(session.Variables.Count, opened.Variables.Count(variable => variable.IsInitialized));
    }

    [Fact]
    public void What_is_in_a_SavedModel_is_listed_without_opening_it()
    {
        using ModelSession session = Create();
        session.Export(_folder["saved"], new ExportOptions { Tags = ["serve", "test"] });

        SavedModelInfo info = SavedModelInfo.Read(_folder["saved"]);

        SavedModelGraph graph = Assert.Single(info.Graphs);
        Assert.Equal(["serve", "test"], graph.Tags);
        SignatureInfo signature = Assert.Single(graph.Signatures);
        Assert.Equal("serving_default(inputs) -> predictions", signature.ToString());
        Assert.Equal("inputs float32 [?, 784] = parameters/x:0", Assert.Single(signature.Inputs).ToString());
        Assert.Equal("tensorflow/serving/predict", signature.Method);
        using CheckpointReader variables = CheckpointReader.Open(info.VariablesPrefix!);
        Assert.NotNull(variables.Find("model/conv1/weights"));
    }

    [Fact]
    public void A_folder_that_holds_something_is_never_replaced_unless_it_is_a_model_and_that_is_asked_for()
    {
        using ModelSession session = Create();
        Directory.CreateDirectory(_folder["mine"]);
        File.WriteAllText(Path.Combine(_folder["mine"], "letter.txt"), "dear");

        Assert.Equal(StatusCode.AlreadyExists, Assert.Throws<ModelFileException>(() => session.Export(_folder["mine"], new ExportOptions { Overwrite = true })).Code);
        session.Export(_folder["saved"]);
        Assert.Equal(StatusCode.AlreadyExists, Assert.Throws<ModelFileException>(() => session.Export(_folder["saved"])).Code);
        session.Export(_folder["saved"], new ExportOptions { Overwrite = true, AsText = true });

        Assert.Equal(["mine", "saved"], _folder.Names);
        Assert.True(File.Exists(Path.Combine(_folder["mine"], "letter.txt")));
        Assert.True(SavedModelInfo.Read(_folder["saved"]).IsText);
    }

    [Fact]
    public void What_a_killed_writer_left_is_put_right_by_the_next()
    {
        using ModelSession session = Create();
        session.Export(_folder["saved"]);
        Directory.Move(_folder["saved"], _folder["saved.replaced.tempsave"]);
        Directory.CreateDirectory(_folder["saved.tempsave"]);

        Assert.Throws<ModelFileException>(() => session.Export(_folder["saved"]));

        Assert.Equal(["saved"], _folder.Names);
        Assert.Single(SavedModelInfo.Read(_folder["saved"]).Graphs);
    }

    [Fact]
    public void Files_that_the_graph_names_go_along_and_what_is_run_at_the_start_is_named()
    {
        File.WriteAllText(_folder["words.txt"], "one\ntwo\n");
        using ModelSession session = ModelSession.Create(new WordModel(_folder["words.txt"]), s_options);
        session.Export(_folder["saved"]);
        File.Delete(_folder["words.txt"]);

        using ModelSession opened = ModelSession.Restore(_folder["saved"], s_options);
        opened.Export(_folder["again"]);

        foreach (string model in (string[])["saved", "again"])
        {
            Assert.Equal("one\ntwo\n", File.ReadAllText(Path.Combine(_folder[model], "assets", "words.txt")));
            Assert.Equal(new SavedModelAsset("words.txt", "path:0"), Assert.Single(SavedModelInfo.Read(_folder[model]).Graphs[0].Assets));
        }

        Assert.Equal(7, opened.ReadVariable("local").ToScalar<int>());
        Assert.Equal(["saved_model_start"], opened.Graph.Collections.Names("saved_model_main_op"));
    }

    [Fact]
    public void An_asset_that_is_listed_twice_is_one_and_a_scope_is_before_all_that_is_run_at_the_start()
    {
        File.WriteAllText(_folder["words.txt"], "one\ntwo\n");
        using ModelSession session = ModelSession.Create(new WordModel(_folder["words.txt"]), s_options);
        session.Export(_folder["saved"]);
        string path = Path.Combine(_folder["saved"], "saved_model.pb");
        SavedModel model = SavedModel.Parser.ParseFrom(File.ReadAllBytes(path));
        CollectionDef assets = model.MetaGraphs[0].CollectionDef["saved_model_assets"];
        assets.AnyList.Value.Add(assets.AnyList.Value[0].Clone());
        File.WriteAllBytes(path, model.ToByteArray());

        using ModelSession opened = ModelSession.Restore(_folder["saved"], s_options with { Scope = "in" });

        Assert.Equal(7, opened.ReadVariable("in/local").ToScalar<int>());
        Assert.Single(SavedModelInfo.Read(_folder["saved"]).Graphs[0].Assets);
    }

    [Fact]
    public void A_model_whose_writer_was_killed_between_its_two_renames_is_opened_and_that_is_said()
    {
        using ModelSession session = Create();
        session.Export(_folder["saved"]);
        Directory.Move(_folder["saved"], _folder["saved.replaced.tempsave"]);

        using ModelSession opened = ModelSession.Restore(_folder["saved"], s_options);

        Assert.Equal(Predict(session), Predict(opened));
        Assert.Contains("about to be replaced", Assert.Single(opened.Warnings), StringComparison.Ordinal);
        Assert.Single(SavedModelInfo.Read(_folder["saved"]).Graphs);
        Assert.Equal(["saved.replaced.tempsave"], _folder.Names);
    }

    [Fact]
    public void A_start_that_fails_for_want_of_a_file_names_the_file()
    {
        File.Delete(CopyOfVocabulary());

        Assert.Contains("vocab.txt' of the model is not there", Assert.Throws<EngineException>(() => ModelSession.Restore(_folder["model"], s_options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_assets_is_told_as_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        string asset = CopyOfVocabulary();
        File.Move(asset, _folder["elsewhere.txt"]);
        File.CreateSymbolicLink(asset, _folder["elsewhere.txt"]);

        EngineException error = Assert.Throws<EngineException>(() => ModelSession.Restore(_folder["model"], s_options));

        Assert.Equal(StatusCode.PermissionDenied, error.Code);
        Assert.Contains("is a link to", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module_v2", "x")]
    [InlineData("keras_cnn", "conv_input")]
    public void A_SavedModel_of_TensorFlow_2_is_written_as_one_again(string model, string input)
    {
        using ModelSession session = ModelSession.Restore(SharedData.Require($"golden/files/saved_models/{model}/model"), s_options);
        session.Export(_folder["again"]);

        using ModelSession again = ModelSession.Restore(_folder["again"], s_options);

        GraphTensor fed = session.Graph.Tensor(session.Signatures.Single(signature => signature.Name == "serving_default").Inputs[0].Tensor);
        Dictionary<string, Tensor> inputs = new() { [input] = Tensor.Zeros(fed.DType, [.. fed.Shape.Dimensions.ToArray().Select(size => Math.Max(size, 1))]) };
        IReadOnlyDictionary<string, Tensor> expected = session.RunSignature(null, inputs), found = again.RunSignature(null, inputs);
        Assert.All(expected, pair => Assert.True(pair.Value.Bytes().SequenceEqual(found[pair.Key].Bytes())));
        Assert.Equal("NoOp", again.Graph.Operation(again.Saver.Definition!.RestoreOpName).Type);
    }

    // A model of TensorFlow's that fills a table from a file when it is opened; the file.
    private string CopyOfVocabulary()
    {
        string source = SharedData.Require("golden/files/saved_models/vocab_main_op/model");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder["model"], Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return Path.Combine(_folder["model"], "assets", "vocab.txt");
    }

    private static Tensor Images() => MnistImages.Three();

    private static float[] Predict(ModelSession session) => MnistImages.Predict(session);

    private static ModelSession Create() => ModelSession.Create(new MnistModel { Layer1 = 4, Layer2 = 8 }, s_options);

    /// <summary>A model with a file of its own and a local variable, which no checkpoint holds.</summary>
    private sealed class WordModel(string path) : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            GraphTensor file = g.Constant(Tensor.Scalar(path), "path");
            g.AddToCollection("asset_filepaths", file);
            GraphTensor x = g.Placeholder(DType.Float32, [-1], "x");
            g.Variable(g.Constant(7, DType.Int32), "local", trainable: false, collection: CollectionKeys.LocalVariables);
            return new() { ["inputs"] = x, ["predictions"] = g.Identity(x, "y"), ["file"] = file };
        }
    }
}
