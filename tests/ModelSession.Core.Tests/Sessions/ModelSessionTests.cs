using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

public sealed class ModelSessionTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_session_has_its_structure_its_seed_and_initial_values()
    {
        using ModelSession session = Create();
        Assert.Equal("Pixel", session.Name);
        Assert.Equal(10, session.Parameters["classes"]);
        Assert.Equal((5, 0L), (session.Seed, session.Iteration));
        Assert.Equal(new Shape(784, 10), session.ReadVariable("weights").Shape);
        Assert.Equal("Pixel (Classes=10, Counts=True) at 0", session.ToString());
    }

    [Fact]
    public void A_saver_of_the_same_options_is_found_again_and_one_of_all_variables_saves_the_whole_session()
    {
        using ModelSession session = Create();
        SaverOptions options = new() { Checkpoints = new CheckpointOptions(2, FlushToDisk: false) };
        Saver saver = session.SaverFor(options);
        Assert.Same(saver, session.SaverFor(options with { Exclude = [], Map = null }));
        Assert.NotSame(saver, session.SaverFor(options with { Include = ["weights"] }));
        Assert.Equal(3, session.Savers.Count);

        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2, Hyperparameters = new Dictionary<string, Schedule> { ["LearningRate"] = 0.25 } });
        saver.Save(new SaveOptions { Folder = _folder.Path });
        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        Assert.Equal(session.Position, restored.Position);
        Assert.Equal(_folder.Path, session.Directory);
    }

    [Fact]
    public void A_session_restores_into_a_scope_its_binding_and_values_with_it()
    {
        using ModelSession session = Create();
        session.Save(_folder.Path);
        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options with { Scope = "m1" });
        Assert.All(restored.Binding.Names.Values, name => Assert.StartsWith("m1/", name, StringComparison.Ordinal));
        Assert.Equal(session.ReadVariable("weights").ToArray(), restored.ReadVariable("m1/weights").ToArray());
    }

    [Fact]
    public void A_restored_session_is_the_one_that_was_saved()
    {
        using ModelSession session = Create();
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 7, Hyperparameters = new Dictionary<string, Schedule> { ["LearningRate"] = 0.25 } });
        CheckpointInfo saved = session.Save(_folder.Path);

        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);

        Assert.Equal("model.ckpt-7", saved.Name);
        Assert.Equal(Weights(session), Weights(restored));
        Assert.Equal((session.Seed, session.Iteration, session.Position, session.Name), (restored.Seed, restored.Iteration, restored.Position, restored.Name));
        Assert.Equal(session.Binding, restored.Binding);
        Assert.Equal(session.Hyperparameters, restored.Hyperparameters);
        Assert.Equal(0.25, restored.Hyperparameters[0].Training);
        Assert.Equal(10, restored.Parameters["Classes"]);
        Assert.Empty(restored.RolesGuessed);
        Assert.Empty(restored.Warnings);
    }

    [Fact]
    public void Another_structure_is_refused_and_both_are_named()
    {
        using (ModelSession session = Create())
        {
            session.Save(_folder.Path);
        }

        StructureMismatchException error = Assert.Throws<StructureMismatchException>(
            () => ModelSession.Restore(_folder.Path, s_options with { Structure = new Dictionary<string, object> { ["Classes"] = 12 } }));
        Assert.Contains("10", error.Message, StringComparison.Ordinal);
        Assert.Contains("12", error.Message, StringComparison.Ordinal);
        using ModelSession same = ModelSession.Restore(_folder.Path, s_options with { Structure = new PixelModel().Structure() });
        Assert.Equal(0, same.Iteration);
    }

    [Fact]
    public void Without_a_counter_the_checkpoint_has_no_number()
    {
        using ModelSession session = ModelSession.Create(new PixelModel { Counts = false }, s_options);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        Assert.Null(session.Iteration);
        Assert.Equal("model.ckpt", session.Save(_folder.Path).Name);
        session.Save();
        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        Assert.Equal(Weights(session), Weights(restored));
    }

    [Fact]
    public void Resuming_creates_first_and_goes_on_then()
    {
        SessionOptions options = s_options with { Directory = _folder.Path };
        using (ModelSession first = ModelSession.Resume(new PixelModel(), options))
        {
            Assert.Null(first.Checkpoint);
            first.Train(MnistData.Sample, new TrainingOptions { Steps = 3 });
            first.Save();
        }

        using ModelSession second = ModelSession.Resume(new PixelModel(), options);
        Assert.Equal((3L, "model.ckpt-3"), (second.Iteration, second.Checkpoint!.Name));
        Assert.Throws<StructureMismatchException>(() => ModelSession.Resume(new PixelModel { Classes = 11 }, options));
    }

    [Fact]
    public void Resuming_where_no_checkpoint_is_whole_writes_over_none()
    {
        SessionOptions options = s_options with { Directory = _folder.Path };
        using (ModelSession first = Create())
        {
            File.WriteAllText(first.Save(_folder.Path).Prefix + ".index", "cut");
        }

        Assert.Contains("no whole checkpoint", Assert.Throws<ModelFileException>(() => ModelSession.Resume(new PixelModel(), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_whose_index_is_lost_is_not_taken_for_an_empty_one()
    {
        SessionOptions options = s_options with { Directory = _folder.Path };
        using (ModelSession first = Create())
        {
            File.Delete(first.Save(_folder.Path).Prefix + ".index");
        }

        Assert.Throws<ModelFileException>(() => ModelSession.Resume(new PixelModel(), options));
    }

    [Fact]
    public void A_graph_that_makes_no_sense_is_an_error_that_names_its_file()
    {
        using ModelSession session = Create();
        string meta = session.Save(_folder.Path).Prefix + ".meta";
        byte[] bytes = File.ReadAllBytes(meta);
        // Wherever it stands, an op kind that no TensorFlow has, of the same length.
        File.WriteAllBytes(meta, System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(bytes).Replace("Placeholder", "Plaseholder", StringComparison.Ordinal)));

        Assert.Equal(meta, Assert.Throws<ModelFileException>(() => ModelSession.Restore(_folder.Path, s_options)).Path);
    }

    [Fact]
    public void A_placeholder_is_not_fed_another_shape()
    {
        using ModelSession session = Create();
        string inputs = session.Binding.Required(Roles.Inputs);
        GraphException error = Assert.Throws<GraphException>(() =>
            session.Run(["predictions"], new Dictionary<string, Tensor> { [inputs] = Tensor.Zeros(DType.Float32, [2, 3]) }));
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_names_the_checkpoint_only_while_the_model_is_as_it_was_saved()
    {
        using ModelSession session = Create();
        session.Save(_folder.Path);
        Assert.NotNull(session.Evaluate(MnistData.Sample).Checkpoint);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 1 });
        Assert.Null(session.Evaluate(MnistData.Sample).Checkpoint);
    }

    [Fact]
    public void Variables_that_a_checkpoint_lacks_are_all_named_with_what_is_near()
    {
        using ModelSession session = Create();
        CheckpointInfo other = Saves.Write(
            _folder.Path,
            1,
            bundle =>
            {
                bundle.Add("Weights", Tensor.Zeros(DType.Float32, [784, 10]));
                bundle.Add("iteration", Tensor.Scalar(1L));
            },
            graph: MetaGraphExporter.Export(session.Graph));

        MissingVariableException error = Assert.Throws<MissingVariableException>(() => session.Load(other));

        Assert.Equal(["iteration", "weights"], error.Variables.Order());
        Assert.Contains("Variable 'weights' [784, 10] is not in checkpoint 'model.ckpt-1' (did you mean 'Weights' [784, 10]?)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Variable 'iteration' is int32 []; checkpoint 'model.ckpt-1' has int64 []", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, session.Iteration);
    }

    [Fact]
    public void Roles_are_found_by_name_and_nearest_names_are_told()
    {
        using ModelSession session = Create();
        Assert.Equal("loss:0", session.Tensor("loss").Name);
        Assert.Equal("accuracy:0", session.Tensor("metrics.accuracy").Name);
        Assert.Equal("train", session.Operation("train").Name);
        Assert.Contains("'weights'", Assert.Throws<GraphException>(() => session.Tensor("wieghts:0")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sessions_live_side_by_side_and_forgotten_ones_are_not_kept()
    {
        using ModelSession one = Create(), two = Create();
        one.Train(MnistData.Sample, new TrainingOptions { Steps = 1 });
        Assert.NotEqual(Weights(one), Weights(two));
        Assert.NotEqual(one.Id, two.Id);
        Assert.Contains(one, ModelSession.Live);
        one.Dispose();
        Assert.DoesNotContain(one, ModelSession.Live);
        Assert.Throws<ObjectDisposedException>(() => one.Iteration);

        WeakReference forgotten = Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(forgotten.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Forget() => new(Create());

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static float[] Weights(ModelSession session) => session.ReadVariable("weights").Span<float>().ToArray();
}
