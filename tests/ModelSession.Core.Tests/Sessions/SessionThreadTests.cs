using ModelSessions.Data;
using ModelSessions.Models;
using ModelSessions.Training;

namespace ModelSessions.Tests.Sessions;

/// <summary>Several threads on one session, and one on each of several.</summary>
public sealed class SessionThreadTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);

    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    private static readonly DatasetPart s_few = DatasetPart.From(Tensor.From<float>(new float[20 * 784], [20, 784]), Tensor.From<float>(new float[20 * 10], [20, 10]));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_sessions_that_are_trained_at_a_time_get_the_weights_of_one_after_the_other()
    {
        using ModelSession first = Create(), second = Create(), alone = Create();
        await Task.WhenAll(Task.Run(() => Train(first, 6), Cancel), Task.Run(() => Train(second, 6), Cancel)).WaitAsync(s_long, Cancel);
        Train(alone, 6);
        Assert.Equal(Weights(alone), Weights(first));
        Assert.Equal(Weights(alone), Weights(second));
    }

    [Fact]
    public async Task A_second_training_is_refused_from_another_thread_and_from_within()
    {
        using ModelSession session = Create();
        Exception? within = null, beside = null;
        bool wasTraining = false;
        await Task.Run(
            () => Train(session, 1, progress =>
            {
                wasTraining = session.IsTraining;
                within = Record.Exception(() => Train(session, 1));
                beside = Record.Exception(() => Task.Run(() => Train(session, 1), Cancel).Wait(Cancel))?.InnerException;
            }),
            Cancel).WaitAsync(s_long, Cancel);
        Assert.IsType<SessionBusyException>(within);
        Assert.IsType<SessionBusyException>(beside);
        Assert.True(wasTraining);
        Assert.False(session.IsTraining);
        Train(session, 1);
        Assert.Equal(2, session.Iteration);
    }

    [Fact]
    public async Task What_would_change_the_values_of_a_training_elsewhere_is_refused()
    {
        using ModelSession session = Create();
        Exception? refused = null;
        await Task.Run(() => Train(session, 1, _ => refused = Record.Exception(() => Task.Run(() => session.Initialize(), Cancel).Wait(Cancel))?.InnerException), Cancel).WaitAsync(s_long, Cancel);
        Assert.IsType<SessionBusyException>(refused);
        Assert.Equal(1, session.Iteration);
    }

    [Fact]
    public async Task Evaluations_and_runs_beside_a_training_change_no_number_of_it()
    {
        using ModelSession session = Create(), alone = Create();
        Task training = Task.Run(() => Train(session, 12), Cancel);
        int evaluations = 0;
        while (!training.IsCompleted || evaluations == 0)
        {
            Assert.Equal(20, session.Evaluate(s_few, cancel: Cancel).Count);
            Assert.Single(session.Run(["model/fc2/bias"], cancel: Cancel));
            evaluations++;
        }

        await training.WaitAsync(s_long, Cancel);
        Train(alone, 12);
        Assert.Equal(Weights(alone), Weights(session));
    }

    [Fact]
    public async Task Runs_of_many_threads_give_what_one_gives()
    {
        using ModelSession session = Create();
        Dictionary<string, Tensor> feeds = new() { ["inputs"] = Tensor.From<float>(new float[4 * 784], [4, 784]), ["keep_probability"] = Tensor.Scalar(1f) };
        float[] expected = [.. session.Run(["predictions"], feeds, cancel: Cancel)[0].Span<float>()];
        float[][] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => session.Run(["predictions"], feeds)[0].Span<float>().ToArray(), Cancel))).WaitAsync(s_long, Cancel);
        Assert.All(all, actual => Assert.Equal(expected, actual));
    }

    [Fact]
    public async Task A_session_that_is_closed_while_it_is_trained_ends_the_training_after_a_step()
    {
        ModelSession session = Create();
        TaskCompletionSource begun = new();
        Task training = Task.Run(() => Train(session, 100_000, _ => begun.TrySetResult()), Cancel);
        await begun.Task.WaitAsync(s_long, Cancel);
        session.Dispose();
        Assert.True(session.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => training.WaitAsync(s_long, Cancel));
        session.Dispose();
    }

    [Fact]
    public async Task A_run_that_waits_at_a_queue_is_told_that_the_session_was_closed()
    {
        ModelSession session = ModelSession.Create(new QueueModel(), s_options);
        Task waiting = Task.Run(() => session.Run(["taken"]), Cancel);
        await Task.Delay(100, Cancel);
        session.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(s_long, Cancel));
    }

    [Fact]
    public async Task A_run_may_fill_the_queue_at_which_another_waits()
    {
        using ModelSession session = ModelSession.Create(new QueueModel(), s_options);
        Task<Tensor[]> waiting = Task.Run(() => session.Run(["taken"]), Cancel);
        await Task.Delay(50, Cancel);
        session.Run([], targets: ["put"], cancel: Cancel);
        Assert.Equal(7f, (await waiting.WaitAsync(s_long, Cancel))[0].ToScalar<float>());
    }

    [Fact]
    public void Who_waits_for_its_turn_can_be_cancelled()
    {
        using ModelSession session = Create();
        using ModelSession.Turn turn = session.Alone(Cancel);
        using CancellationTokenSource soon = new(50);
        Exception? ended = null;
        Thread other = new(() => ended = Record.Exception(() => session.Run(["model/fc2/bias"], cancel: soon.Token)));
        other.Start();
        Assert.True(other.Join(s_long));
        Assert.IsAssignableFrom<OperationCanceledException>(ended);
    }

    private static ModelSession Create() => ModelSession.Create(new MnistModel { Layer1 = 2, Layer2 = 2 }, s_options);

    private static TrainingResult Train(ModelSession session, int steps, Action<TrainingProgress>? stepped = null) =>
        session.Train(MnistData.Sample, new TrainingOptions { Steps = steps, BatchSize = 10, Observers = stepped is null ? [] : [new Watcher(stepped)] }, Cancel);

    private static float[] Weights(ModelSession session) => session.ReadVariable("model/fc1/weights").Span<float>().ToArray();

    private sealed class Watcher(Action<TrainingProgress> stepped) : TrainingObserver
    {
        public override void Stepped(TrainingProgress progress) => stepped(progress);
    }

    private sealed class QueueModel : ModelDefinition
    {
        public override Binding Build(GraphBuilder g)
        {
            GraphTensor queue = g.Add("FIFOQueueV2", "queue", new() { ["component_types"] = new[] { DType.Float32 } });
            g.AddOperation("QueueEnqueueV2", "put", null, queue, g.Constant(7f));
            g.Add("QueueDequeueV2", "taken", new() { ["component_types"] = new[] { DType.Float32 } }, queue);
            return new Binding();
        }
    }
}
