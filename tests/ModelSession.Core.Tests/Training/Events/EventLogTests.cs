using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

public sealed class EventLogTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Losses_hyperparameters_and_speed_stand_at_the_first_step_at_intervals_and_at_the_last()
    {
        using ModelSession session = Create();
        Losses losses = new();
        Train(session, 14, losses);

        Assert.Equal([1L, 5, 10, 14], Scalars("train", "loss").Select(each => each.Step));
        Assert.Equal([losses.Values[0], losses.Values[4], losses.Values[9], losses.Values[13]], Scalars("train", "loss").Select(each => each.Value));
        Assert.Equal([0.5f, 0.5f, 0.1f, 0.1f], Scalars("train", "learning_rate").Select(each => each.Value));
        Assert.Equal([0.9f], Scalars("train", "keep_probability").Select(each => each.Value).Distinct());
        Assert.All(Scalars("train", "global_step/sec"), each => Assert.True(each.Value > 0));
        Assert.NotEmpty(Scalars("train", "global_step/sec"));
    }

    [Fact]
    public void What_is_evaluated_stands_under_one_tag_in_two_folders()
    {
        using ModelSession session = Create();
        Train(session, 8, new ReportObserver(4, Ignore), new ValidationObserver(8, MnistData.Sample.Validation!));

        Assert.Equal([4L, 8], Scalars("train", "accuracy").Select(each => each.Step));
        (long step, float accuracy) = Assert.Single(Scalars("validation", "accuracy"));
        EvaluationResult expected = session.Evaluate(MnistData.Sample.Validation!);
        Assert.Equal((8L, (float)expected.Accuracy!.Value, (float)expected.Loss!.Value), (step, accuracy, Assert.Single(Scalars("validation", "loss")).Value));
    }

    [Fact]
    public void The_first_file_has_the_graph_and_each_one_the_settings_and_where_it_begins()
    {
        using ModelSession session = Create();
        Train(session, 3);
        Train(session, 2);

        string[] files = [.. EventFile.Find(_folder["train"])];
        Assert.Equal(2, files.Length);
        Event[] first = [.. EventFile.Read(files[0])], second = [.. EventFile.Read(files[1])];
        Assert.Equal(session.Graph.Count, GraphDef.Parser.ParseFrom(Assert.Single(first, each => each.WhatCase == Event.WhatOneofCase.GraphDef).GraphDef).Node.Count);
        Assert.DoesNotContain(second, each => each.WhatCase == Event.WhatOneofCase.GraphDef);
        Assert.Equal([1L, 4], ((Event[][])[first, second]).Select(file => file.Single(each => each.SessionLog?.Status == SessionLog.Types.SessionStatus.Start).Step));
        Summary.Types.Value text = second.Where(each => each.Summary is not null).SelectMany(each => each.Summary.Value).Single(value => value.Tag == "settings");
        Assert.Equal(("text", DataType.DtString), (text.Metadata.PluginData.PluginName, text.Tensor.Dtype));
        string settings = text.Tensor.StringVal[0].ToStringUtf8();
        Assert.Contains("| batch size | 40 |\n", settings, StringComparison.Ordinal);
        Assert.Contains("| run | 2 |\n", settings, StringComparison.Ordinal);
        Assert.Contains("| seed | 5 |\n", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void Histograms_of_trainable_variables_have_TensorFlows_buckets()
    {
        using ModelSession session = Create();
        using EventLog log = new(session, _folder.Path);
        session.Train(MnistData.Sample, new TrainingOptions { Steps = 4, Observers = [new HistogramObserver(log, 2)] });
        log.Flush(atOnce: true);

        (long Step, HistogramProto Histogram)[] found =
            [.. Values("train").Where(each => each.Value.Tag == "weights").Select(each => (each.Step, each.Value.Histo))];
        Assert.Equal([2L, 4], found.Select(each => each.Step));
        Assert.DoesNotContain(Values("train"), each => each.Value.Tag == "iteration");
        float[] weights = session.ReadVariable("weights").Span<float>().ToArray();
        HistogramProto last = found[^1].Histogram;
        Assert.Equal((7840d, (double)weights.Min(), (double)weights.Max()), (last.Num, last.Min, last.Max));
        Assert.Equal(weights.Sum(weight => (double)weight), last.Sum, 1e-9);
        // TensorFlow's limits grow by a tenth from 1e-12.
        double limit = 1e-12;
        while (limit <= weights.Max())
        {
            limit *= 1.1;
        }

        Assert.Contains(limit, last.BucketLimit);
        Assert.Equal(7840, last.Bucket.Sum());
    }

    [Fact]
    public void The_log_changes_no_number_of_the_training()
    {
        using ModelSession plain = Create(), logged = Create();
        plain.Train(MnistData.Sample, Options(6));
        Train(logged, 6, new ValidationObserver(2, MnistData.Sample.Validation!));

        Assert.Equal(plain.ReadVariable("weights").Bytes(), logged.ReadVariable("weights").Bytes());
    }

    [Fact]
    public void A_log_that_nothing_is_written_to_makes_no_file()
    {
        using ModelSession session = Create();
        using (EventLog log = new(session, _folder["none"]))
        {
            log.Flush(atOnce: true);
        }

        Assert.False(Directory.Exists(_folder["none"]));
    }

    [Fact]
    public void Many_files_of_one_second_are_read_in_the_order_of_their_steps()
    {
        using ModelSession session = Create();
        for (int i = 0; i < 15; i++)
        {
            Train(session, 1);
        }

        Assert.Equal(Enumerable.Range(1, 15).Select(step => (long)step), Scalars("train", "loss").Select(each => each.Step));
    }

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static TrainingOptions Options(int steps) => new()
    {
        Steps = steps,
        BatchSize = 40,
        Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = Schedule.Table([new(0, 0.5), new(9, 0.1)]) },
    };

    private void Train(ModelSession session, int steps, params TrainingObserver[] observers)
    {
        using EventLog log = new(session, _folder.Path);
        session.Train(MnistData.Sample, Options(steps) with { Observers = [.. observers, new EventLogObserver(log, 5)] });
    }

    private IEnumerable<(long Step, float Value)> Scalars(string run, string tag) =>
        Values(run).Where(each => each.Value.Tag == tag).Select(each => (each.Step, each.Value.SimpleValue));

    private IEnumerable<(long Step, Summary.Types.Value Value)> Values(string run) => EventFile.Find(_folder[run]).SelectMany(EventFile.Read)
        .Where(each => each.Summary is not null).SelectMany(each => each.Summary.Value.Select(value => (each.Step, value)));

    private static void Ignore(TrainingProgress progress, EvaluationResult result)
    {
    }

    private sealed class Losses : TrainingObserver
    {
        public List<float> Values { get; } = [];

        public override void Stepped(TrainingProgress progress) => Values.Add((float)progress.Loss!.Value);
    }
}
