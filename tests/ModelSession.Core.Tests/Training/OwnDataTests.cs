using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>Graphs that feed themselves: queues with runners, iterators.</summary>
public sealed class OwnDataTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()] };

    [Fact]
    public void Batches_from_queue_runners_are_those_of_TensorFlows_trajectory()
    {
        string folder = SharedData.Require("golden/models/queue_fed");
        using JsonDocument trajectory = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "trajectory.json")));
        JsonElement[] expected = [.. trajectory.RootElement.GetProperty("steps").EnumerateArray().Where(step => step.GetProperty("phase").GetString() == "train")];
        using ModelSession session = ModelSession.Restore(Path.Combine(folder, "model.ckpt-0"), s_options);
        Losses losses = new();

        session.Train(new TrainingOptions { Steps = 3, Observers = [losses] });
        TrainingResult result = session.Train(new TrainingOptions { Steps = expected.Length - 3, Observers = [losses] });

        Assert.Equal((StopReason.Completed, (long?)expected.Length), (result.StopReason, session.Iteration));
        Assert.All(expected.Zip(losses.Values), pair => Assert.Equal(
            pair.First.GetProperty("values").GetProperty("loss").GetDouble(), pair.Second, pair.First.GetProperty("tolerance").GetProperty("loss").GetDouble()));
    }

    [Fact]
    public void The_end_of_the_data_ends_an_epoch_and_the_next_begins_anew()
    {
        using ModelSession session = ModelSession.Create(new QueueModel(), s_options);

        TrainingResult first = session.Train();
        TrainingResult more = session.Train(new TrainingOptions { Epochs = 2 });
        TrainingResult part = session.Train(new TrainingOptions { Steps = 4 });
        TrainingResult rest = session.Train();

        Assert.Equal((StopReason.Completed, 6L, 6L), (first.StopReason, first.Steps, (long)first.Loss!.Value));
        Assert.Equal([(StopReason.Completed, 12L), (StopReason.Completed, 4L), (StopReason.Completed, 2L)], [.. ((TrainingResult[])[more, part, rest]).Select(r => (r.StopReason, r.Steps))]);
        Assert.Equal(4 * 21, session.ReadVariable("total").ToScalar<int>());
        Assert.False(session.IsTorn);
    }

    [Fact]
    public void Steps_go_on_over_the_end_of_the_data()
    {
        using ModelSession session = ModelSession.Create(new QueueModel(), s_options);

        Assert.Equal((StopReason.Completed, 15L), session.Train(new TrainingOptions { Steps = 15 }) is var result ? (result.StopReason, result.Steps) : default);
        Assert.Equal(2 * 21 + 1 + 2 + 3, session.ReadVariable("total").ToScalar<int>());
    }

    [Fact]
    public void What_fails_while_a_queue_is_filled_fails_the_training()
    {
        using ModelSession session = ModelSession.Create(new QueueModel { Fails = true }, s_options);

        EngineException error = Assert.Throws<EngineException>(() => session.Train());

        Assert.Equal((StatusCode.InvalidArgument, "check"), (error.Code, error.Node));
        Assert.Contains("queue runner", error.Message, StringComparison.Ordinal);
        Assert.False(session.IsTorn);
    }

    [Fact]
    public void A_training_that_waits_for_data_is_stopped_and_the_session_is_whole()
    {
        using ModelSession session = ModelSession.Create(new QueueModel { HasRunner = false }, s_options);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(100));

        TrainingResult result = session.Train(cancel: stop.Token);

        Assert.Equal((StopReason.Stopped, 0L, false), (result.StopReason, result.Steps, session.IsTorn));
    }

    [Fact]
    public void Runners_are_started_once_and_stop_with_the_session()
    {
        ModelSession session = ModelSession.Create(new QueueModel { Rounds = long.MaxValue }, s_options);
        using QueueRunners runners = session.StartQueueRunners();

        Assert.Same(runners, session.StartQueueRunners());
        Assert.Equal((1, "queue"), (runners.Running, Assert.Single(runners.Queues)));
        session.Dispose();

        Assert.Equal((0, null), (runners.Running, runners.Error));
    }

    [Fact]
    public void Of_own_data_neither_examples_nor_parts_of_epochs_can_be_asked_for()
    {
        using ModelSession session = ModelSession.Create(new QueueModel(), s_options);

        Assert.Throws<ArgumentException>(() => session.Train(new TrainingOptions { Examples = 5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Train(new TrainingOptions { Epochs = 0.5 }));
        Assert.Throws<ArgumentException>(() => session.Train(new TrainingOptions { Epochs = 1, Steps = 1 }));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_training_before_the_step()
    {
        using ModelSession session = ModelSession.Create(new QueueModel { Diverges = true }, s_options);

        TrainingResult result = session.Train();

        Assert.Equal((StopReason.NaN, 2L, "loss:0", 1L), (result.StopReason, result.Steps, result.NonFinite!.Name, result.NonFinite.InfinityCount));
        Assert.Equal((3, false), (session.ReadVariable("total").ToScalar<int>(), session.IsTorn));
    }

    [Fact]
    public void Time_ends_a_training_of_data_without_end()
    {
        ManualClock clock = new();
        using ModelSession session = ModelSession.Create(new QueueModel { Rounds = long.MaxValue }, s_options);

        TrainingResult result = session.Train(new TrainingOptions { TimeLimit = TimeSpan.FromSeconds(20), Clock = clock, Observers = [clock.SecondAtEachStep] });

        Assert.Equal((StopReason.TimeLimit, 20L), (result.StopReason, result.Steps));
    }

    [Fact]
    public void A_graph_that_must_be_fed_needs_a_dataset()
    {
        using ModelSession session = ModelSession.Create(new Sessions.PixelModel(), s_options);

        Assert.Contains("Give the data", Assert.Throws<GraphException>(() => session.Train()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_iterator_begins_with_the_restored_session()
    {
        using ModelSession session = ModelSession.Restore(SharedData.Require("golden/models/tf_data_fed") + "/model.ckpt-0", s_options);

        Assert.Equal(5, session.Train(new TrainingOptions { Steps = 5 }).Steps);
    }

    private sealed class Losses : TrainingObserver
    {
        public List<double> Values { get; } = [];

        public override void Stepped(TrainingProgress progress) => Values.Add(progress.Loss!.Value);
    }

    // Gives 1 to 6, so many times; each step adds the number to a total, and the loss is the number.
    private sealed class QueueModel : ModelDefinition
    {
        public long Rounds { get; init; } = 1;

        public bool HasRunner { get; init; } = true;

        public bool Fails { get; init; }

        public bool Diverges { get; init; }

        public override Binding Build(GraphBuilder g)
        {
            GraphTensor queue = g.Add(
                "FIFOQueueV2", "queue", new() { ["component_types"] = new[] { DType.Int32 }, ["shapes"] = new[] { Shape.Scalar }, ["capacity"] = 2L });
            GraphVariable rounds = g.Variable(g.Constant(Tensor.Scalar(0L)), "rounds", trainable: false, collection: CollectionKeys.LocalVariables);
            GraphTensor count = g.Add("CountUpTo", "count", new() { ["limit"] = Rounds }, rounds.Handle);
            GraphTensor numbers = g.Constant(Tensor.From(1, 2, 3, 4, 5, 6));
            GraphOperation check = g.AddOperation("Assert", "check", null, g.Constant(Tensor.Scalar(!Fails)), numbers);
            GraphOperation put;
            using (g.ControlDependencies(count.Operation, check))
            {
                put = g.AddOperation("QueueEnqueueManyV2", "put", null, queue, numbers);
            }

            QueueRunnerDef runner = new() { QueueName = queue.Operation.Name, EnqueueOpName = { put.Name }, CloseOpName = g.AddOperation("QueueCloseV2", "close", null, queue).Name };
            if (HasRunner)
            {
                g.Graph.Collections.AddBytes(CollectionKeys.QueueRunners, runner.ToByteString());
            }

            GraphTensor x = g.Add("QueueDequeueV2", "x", new() { ["component_types"] = new[] { DType.Int32 } }, queue);
            GraphVariable total = g.Variable(g.Constant(Tensor.Scalar(0)), "total", trainable: false);
            // The third number's logarithm is infinite.
            GraphTensor loss = Diverges ? g.Log(3f - g.Cast(x, DType.Float32), "loss") : g.Cast(x, DType.Float32, "loss");
            return new Binding { [Roles.Train] = g.AssignAdd(total, x, "train").Name, [Roles.Loss] = loss.Name };
        }
    }
}
