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
    public void A_training_that_was_stopped_and_resumed_has_the_same_bytes_as_one_that_was_not()
    {
        using ModelSession whole = Create();
        whole.Train(MnistData.Sample, new TrainingOptions { Steps = 200 });
        whole.Save(_folder["whole"]);

        using (ModelSession first = Create())
        {
            first.Train(MnistData.Sample, new TrainingOptions { Steps = 130 });
            first.Save(_folder["parts"]);
        }

        using ModelSession second = ModelSession.Restore(_folder["parts"], s_options);
        second.Train(MnistData.Sample, new TrainingOptions { Steps = 70 });
        second.Save();

        foreach (string name in (string[])["model.ckpt-200.index", "model.ckpt-200.data-00000-of-00001"])
        {
            Assert.True(File.ReadAllBytes(Path.Combine(_folder["whole"], name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(_folder["parts"], name))), name);
        }
    }

    [Fact]
    public void Reports_validation_and_checkpoints_change_no_number_of_a_training()
    {
        using ModelSession alone = Create(), watched = Create();
        alone.Train(MnistData.Sample, new TrainingOptions { Steps = 30 });
        int told = 0;
        watched.Train(MnistData.Sample, new TrainingOptions
        {
            Steps = 30,
            Observers =
            [
                new ReportObserver(3, (_, _) => told++),
                new ValidationObserver(10, MnistData.Sample.Validation!, (_, _) => told++),
                new CheckpointObserver(10, _folder.Path, report: (_, _) => told++),
            ],
        });
        Assert.Equal(16, told);
        Assert.Equal(Weights(alone), Weights(watched));
    }

    [Fact]
    public void The_same_model_learns_in_a_few_steps()
    {
        using ModelSession session = Create();
        EvaluationResult before = session.Evaluate(MnistData.Sample);
        TrainingResult training = session.Train(MnistData.Sample);
        EvaluationResult after = session.Evaluate(MnistData.Sample);
        Assert.Equal((180, 9_000, StopReason.Completed, 0L, 180L), (training.Steps, training.Examples, training.StopReason, training.FirstIteration, training.LastIteration));
        Assert.InRange(before.Accuracy!.Value, 0, 0.4);
        Assert.InRange(after.Accuracy!.Value, 0.75, 1);
        Assert.Equal((2_000, 180L), (after.Count, after.Iteration));
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

    [Theory]
    [InlineData("learning_rate", -0.1, "0 or more")]
    [InlineData("keep_probability", 0, "above 0")]
    [InlineData("learning_rate", double.NaN, "finite")]
    public void Hyperparameters_that_would_ruin_a_model_are_refused(string name, double value, string said)
    {
        using ModelSession session = Create();
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => session.Train(MnistData.Sample, new TrainingOptions { Steps = 1, Hyperparameters = new Dictionary<string, Schedule> { [name] = value } }));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.False(session.IsTorn);
    }

    [Fact]
    public void An_unknown_hyperparameter_is_refused_with_the_known_ones()
    {
        using ModelSession session = Create();
        GraphException error = Assert.Throws<GraphException>(
            () => session.Train(MnistData.Sample, new TrainingOptions { Steps = 1, Hyperparameters = new Dictionary<string, Schedule> { ["LerningRate"] = 1 } }));
        Assert.Contains("'learning_rate'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_size_of_zero_is_refused()
    {
        using ModelSession session = Create();
        Assert.Contains("batch size", Assert.Throws<ArgumentOutOfRangeException>(() => session.Train(MnistData.Sample, new TrainingOptions { BatchSize = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("batch size", Assert.Throws<ArgumentOutOfRangeException>(() => session.Evaluate(MnistData.Sample, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_after_the_step_at_hand()
    {
        using ModelSession session = Create();
        using CancellationTokenSource source = new();
        TrainingResult result = session.Train(
            MnistData.Sample, new TrainingOptions { Observers = [new ReportObserver(4, (_, _) => source.Cancel())] }, source.Token);
        Assert.Equal((StopReason.Stopped, 4L, 4L), (result.StopReason, result.Steps, session.Iteration));
    }

    [Fact]
    public void The_last_batch_is_as_small_as_the_number_of_examples_asks()
    {
        using ModelSession session = Create();
        TrainingResult result = session.Train(MnistData.Sample, new TrainingOptions { Examples = 120 });
        Assert.Equal((3, 120, 120L), (result.Steps, result.Examples, session.Position!.Index));
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

    [Fact]
    public void Without_an_engine_that_can_run_the_graph_the_ops_are_listed()
    {
        Assert.Contains("no engine", Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new PixelModel(), s_options with { Engines = [] })).Message, StringComparison.Ordinal);
        Assert.Contains("'Native'", Assert.Throws<UnsupportedFeatureException>(() => ModelSession.Create(new PixelModel(), s_options with { EngineName = "Native" })).Message, StringComparison.Ordinal);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Forget() => new(Create());

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static float[] Weights(ModelSession session) => session.ReadVariable("weights").Span<float>().ToArray();
}
