using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>Sessions that learn: in one go, stopped and resumed, with wrong hyperparameters.</summary>
public sealed class SessionTrainingTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static float[] Weights(ModelSession session) => session.ReadVariable("weights").Span<float>().ToArray();
}
