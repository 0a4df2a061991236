using System.Text;
using Google.Protobuf;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class TrainingHistoryTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, ThreadCount = 2, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_call_is_recorded_with_all_that_it_was_given()
    {
        using ModelSession session = Create();
        session.Train(MnistData.Sample, Options(7) with { Observers = [new ReportObserver(2, Ignore), new ValidationObserver(3, MnistData.Sample.Validation!, Ignore)] });

        TrainingRun run = Assert.Single(session.History.Runs);
        Assert.Equal((1, StopReason.Completed, 0L, 7L, 7L, 280L), (run.Number, run.StopReason, run.FirstIteration, run.LastIteration, run.Steps, run.Examples));
        Assert.Equal((40, true, 5, "train", 2, "Embedded"), (run.BatchSize, run.Shuffle, run.Seed, run.TrainOperation, run.Threads, run.Engine));
        Assert.Equal((MnistData.Sample.Train.Name, MnistData.Sample.Train.Fingerprint, 9_000L, 0L, 0L), (run.Dataset, run.Fingerprint, run.DatasetExamples, run.Epoch, run.EpochIndex));
        Assert.Equal((DateTimeKind.Utc, null, session.LastRun!.Loss), (run.Started.Kind, run.StartedFrom, run.Loss));
        Assert.Equal([("keep_probability", 0.9, 0.9), ("learning_rate", 0.5, 0.1)], run.Hyperparameters.Select(each => (each.Name, each.Start!.Value, each.End!.Value)).Order());
        Assert.Equal([1L, 2, 3, 4, 5, 6, 7], run.Points.Select(point => point.Iteration));
        Assert.Equal([2L, 4, 6], run.Points.Where(point => point.Batch is not null).Select(point => point.Iteration));
        Assert.Equal([3L, 6], run.Points.Where(point => point.Validation is not null).Select(point => point.Iteration));
        Assert.Equal(["accuracy", "loss"], run.Points[5].Validation!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Keep", 5L), (run.LastBatch, run.ShuffleSeed));
        Assert.NotEmpty(run.Version + run.Processor + run.Runtime);
    }

    [Fact]
    public void It_goes_on_in_the_next_process_and_tells_the_checkpoint_that_it_began_at()
    {
        using (ModelSession first = Create())
        {
            first.Train(MnistData.Sample, Options(4) with { Observers = [new CheckpointObserver(2, _folder.Path)] });
            first.Train(MnistData.Sample, Options(1));
        }

        using ModelSession second = ModelSession.Restore(_folder.Path, s_options);
        TrainingRun before = Assert.Single(second.History.Runs);
        Assert.Equal((StopReason.Completed, 4L, 4L, "model.ckpt-2"), (before.StopReason, before.Steps, before.LastIteration, Assert.Single(before.Checkpoints)));
        Assert.Equal(4, before.Points.Count);
        second.Train(MnistData.Sample, Options(2));
        second.Train(MnistData.Sample, Options(3));

        Assert.Equal(
            [(1, null, 0L, 4L), (2, "model.ckpt-4", 4L, 6L), (3, null, 6L, 9L)],
            second.History.Runs.Select(run => (run.Number, run.StartedFrom, run.FirstIteration!.Value, run.LastIteration!.Value)));
    }

    [Fact]
    public void What_is_recorded_is_enough_to_repeat_the_result_to_the_bit()
    {
        string repeated;
        byte[] expected;
        using (ModelSession session = Create())
        {
            session.Train(MnistData.Sample, Options(7));
            session.Train(MnistData.Sample.Validation!, Options(5) with { BatchSize = 30, Shuffle = false });
            repeated = session.Save(_folder.Path).Prefix;
            expected = session.ReadVariable("weights").Bytes().ToArray();
        }

        using ModelSession told = ModelSession.Restore(repeated, s_options with { Seed = null });
        using ModelSession again = ModelSession.Create(new PixelModel(), new SessionOptions { Engines = [new CpuEngine()], Seed = told.Seed, ThreadCount = 1 });
        foreach (TrainingRun run in told.History.Runs)
        {
            DatasetPart part = new[] { MnistData.Sample.Train, MnistData.Sample.Validation! }.Single(each => each.Fingerprint == run.Fingerprint);
            again.Train(part, new TrainingOptions
            {
                Steps = run.Steps,
                BatchSize = run.BatchSize!.Value,
                Shuffle = run.Shuffle!.Value,
                Hyperparameters = run.Hyperparameters.ToDictionary(each => each.Name, each => Schedule.Table([new(run.FirstIteration!.Value, each.Start!.Value), new(run.LastIteration!.Value - 1, each.End!.Value)])),
            });
        }

        Assert.Equal(expected, again.ReadVariable("weights").Bytes().ToArray());
    }

    [Fact]
    public void Its_size_is_bounded_however_often_and_long_a_session_is_trained()
    {
        using ModelSession session = Create();
        for (int i = 0; i < 230; i++)
        {
            session.Train(MnistData.Sample, Options(1) with { BatchSize = 1 });
        }

        session.Train(MnistData.Sample, Options(600) with { BatchSize = 1 });
        TrainingHistory history = session.History;
        Assert.Equal((TrainingHistory.MostRuns, 31, 231), (history.Runs.Count, history.Forgotten, history.Runs[^1].Number));
        Assert.Equal((231L, 830L), (history.Runs[^1].Points[0].Iteration, history.Runs[^1].Points[^1].Iteration));
        Assert.InRange(history.Runs[^1].Points.Count, 64, TrainingRun.MostPoints);

        session.Save(_folder.Path);
        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        Assert.Equal(history.Runs[^1].Points, restored.History.Runs[^1].Points);
        Assert.Equal((31, 231, 32), (restored.History.Forgotten, restored.History.Runs[^1].Number, restored.History.Runs[0].Number));
        for (int i = 0; i < TrainingHistory.WholeRuns + 1; i++)
        {
            restored.Train(MnistData.Sample, Options(1));
        }

        IReadOnlyList<TrainingPoint> old = restored.History.Runs.Single(run => run.Number == 231).Points;
        Assert.InRange(old.Count, TrainingHistory.OldPoints / 2, TrainingHistory.OldPoints);
        Assert.Equal((231L, 830L), (old[0].Iteration, old[^1].Iteration));
    }

    [Fact]
    public void A_checkpoint_that_is_saved_at_the_end_tells_why_it_ended()
    {
        using (ModelSession session = Create())
        {
            session.Train(MnistData.Sample, Options(3) with { SaveOnStop = new SaveOptions { Folder = _folder.Path } });
        }

        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        Assert.Equal(StopReason.Completed, Assert.Single(restored.History.Runs).StopReason);
    }

    [Theory]
    [InlineData(StopReason.Completed)]
    [InlineData(StopReason.EarlyStop)]
    [InlineData(StopReason.Stopped)]
    [InlineData(null)]
    public void So_does_one_that_was_saved_by_its_interval_at_the_last_step(StopReason? reason)
    {
        using CancellationTokenSource stop = new();
        ActionObserver end = new(p =>
        {
            switch (p.Steps == 2 ? reason : StopReason.Completed)
            {
                case StopReason.EarlyStop: p.Stop(StopReason.EarlyStop); break;
                case StopReason.Stopped: stop.Cancel(); break;
                case null: throw new InvalidOperationException("As asked.");
            }
        });
        using (ModelSession session = Create())
        {
            SaveOptions save = new() { Folder = _folder.Path };
            TrainingOptions options = Options(reason == StopReason.Completed ? 2 : 10) with { SaveOnStop = save, Observers = [end, new CheckpointObserver(2, _folder.Path)] };
            _ = reason is null ? Assert.Throws<InvalidOperationException>(() => session.Train(MnistData.Sample, options)) : (object)session.Train(MnistData.Sample, options, stop.Token);
        }

        CheckpointInfo saved = Assert.Single(CheckpointFolder.List(_folder.Path));
        Assert.Equal("model.ckpt-2", saved.Name);
        using ModelSession restored = ModelSession.Restore(_folder.Path, s_options);
        TrainingRun run = Assert.Single(restored.History.Runs);
        Assert.Equal((reason, 2L), (run.StopReason, run.LastIteration));
    }

    [Fact]
    public void A_call_that_did_no_step_is_none_and_one_that_failed_has_not_ended()
    {
        using ModelSession session = Create();
        Assert.Throws<InvalidOperationException>(() => session.Train(MnistData.Sample, Options(3) with { Observers = [new Failing(0)] }));
        Assert.Empty(session.History.Runs);
        Assert.Throws<InvalidOperationException>(() => session.Train(MnistData.Sample, Options(3) with { Observers = [new Failing(2)] }));
        TrainingRun run = Assert.Single(session.History.Runs);
        Assert.Equal((null, 2L), (run.StopReason, run.Steps));
        Assert.Equal(run.Duration, session.History.Runs[0].Duration);
    }

    [Fact]
    public void A_checkpoint_that_is_loaded_into_a_session_brings_its_history_and_a_foreign_one_brings_none()
    {
        using ModelSession session = Create();
        session.Train(MnistData.Sample, Options(1));
        CheckpointInfo saved = session.Save(_folder["a"]);
        session.Train(MnistData.Sample, Options(1));
        session.Load(saved);
        Assert.Equal(1, Assert.Single(session.History.Runs).LastIteration);

        session.Load(saved, new RestoreOptions { Exclude = ["weights"] });
        Assert.Single(session.History.Runs);

        File.WriteAllBytes(saved.Prefix + ".meta", [1, 2, 3]);
        session.Load(saved);
        Assert.Equal((false, 0, 1L), (session.IsTorn, session.History.Runs.Count, session.Iteration));
        Assert.Contains("history", Assert.Single(session.Warnings), StringComparison.Ordinal);

        File.Delete(saved.Prefix + ".meta");
        session.Load(saved);
        Assert.Empty(session.History.Runs);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"forgotten\":-1,\"runs\":[]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[null]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":0}]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":1,\"points\":[null]}]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":1,\"points\":null}]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":1,\"hyperparameters\":[{}]}]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":1,\"started\":\"yesterday\"}]}")]
    [InlineData("{\"forgotten\":0,\"runs\":[{\"number\":1,\"duration\":\"99999999999999999999\"}]}")]
    public void A_damaged_history_is_a_warning_and_the_model_is_restored(string damaged)
    {
        string prefix = Saved();
        Change(prefix, _ => damaged);

        using ModelSession session = ModelSession.Restore(prefix, s_options);

        Assert.Equal((2L, 0), (session.Iteration, session.History.Runs.Count));
        Assert.Contains("history", Assert.Single(session.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_of_a_newer_version_is_read_as_far_as_it_is_known_and_cut_to_size()
    {
        string prefix = Saved();
        string points = string.Join(',', Enumerable.Range(1, 5_000).Select(i => $"{{\"iteration\":{i},\"loss\":\"NaN\"}}"));
        Change(prefix, _ => $"{{\"forgotten\":3,\"later\":{{}},\"runs\":[{{\"number\":4,\"stop_reason\":\"Bored\",\"mood\":[1],\"points\":[{points}]}}]}}");

        using ModelSession session = ModelSession.Restore(prefix, s_options);

        TrainingRun run = Assert.Single(session.History.Runs);
        Assert.Empty(session.Warnings);
        Assert.Equal((3, 4, StopReason.Stopped), (session.History.Forgotten, run.Number, run.StopReason));
        Assert.InRange(run.Points.Count, 100, TrainingRun.MostPoints);
        Assert.Equal((1L, 5_000L, double.NaN), (run.Points[0].Iteration, run.Points[^1].Iteration, run.Points[0].Loss!.Value));
    }

    [Fact]
    public void Neither_the_names_nor_the_values_of_a_checkpoint_depend_on_it()
    {
        using ModelSession one = Create(), other = Create();
        one.Train(MnistData.Sample, Options(4));
        other.Train(MnistData.Sample, Options(2));
        other.Train(MnistData.Sample, Options(2));
        string first = one.Save(_folder["one"]).Prefix, second = other.Save(_folder["other"]).Prefix;

        Assert.All([".index", ".data-00000-of-00001"], part => Assert.Equal(File.ReadAllBytes(first + part), File.ReadAllBytes(second + part)));
        Assert.NotEqual(MetaGraphFile.Read(first + ".meta").CollectionDef["model_session/history"], MetaGraphFile.Read(second + ".meta").CollectionDef["model_session/history"]);
    }

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static TrainingOptions Options(int steps) => new()
    {
        Steps = steps,
        BatchSize = 40,
        Hyperparameters = new Dictionary<string, Schedule> { ["LearningRate"] = Schedule.Of(iteration => iteration is 6 or 11 ? 0.1 : 0.5) },
    };

    private string Saved()
    {
        using ModelSession session = Create();
        session.Train(MnistData.Sample, Options(2));
        return session.Save(_folder["saved"]).Prefix;
    }

    private static void Change(string prefix, Func<string, string> change)
    {
        MetaGraphDef meta = MetaGraphFile.Read(prefix + ".meta");
        Google.Protobuf.Collections.RepeatedField<ByteString> history = meta.CollectionDef["model_session/history"].BytesList.Value;
        history[0] = ByteString.CopyFrom(change(history[0].ToStringUtf8()), Encoding.UTF8);
        MetaGraphFile.Write(prefix + ".meta", meta);
    }

    private static void Ignore(TrainingProgress progress, EvaluationResult result)
    {
    }

    private sealed class Failing(int step) : TrainingObserver
    {
        public override void Started(TrainingProgress progress) => Fail(0);

        public override void Stepped(TrainingProgress progress) => Fail(progress.Steps);

        private void Fail(long at)
        {
            if (at == step)
            {
                throw new InvalidOperationException("As asked.");
            }
        }
    }
}
