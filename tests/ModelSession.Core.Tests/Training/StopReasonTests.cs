using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>Why a training ends, and what is saved then.</summary>
public sealed class StopReasonTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Patience_ends_with_validations_that_are_not_better()
    {
        using ModelSession session = Create();
        // Nothing is learnt.
        TrainingResult result = Train(session, 100, rate: 0, [Validation(10), new EarlyStopObserver(3)]);
        Assert.Equal((StopReason.EarlyStop, 40L), (result.StopReason, result.Steps));
        Assert.Contains("loss was not better", result.Explanation, StringComparison.Ordinal);
        // Trained on, it has patience again, but the best is known.
        Assert.Equal(30, Train(session, 100, rate: 0, [Validation(10), new EarlyStopObserver(3)]).Steps);
    }

    [Fact]
    public void Patience_goes_on_after_a_restore()
    {
        using (ModelSession session = Create())
        {
            Train(session, 25, rate: 0, [Validation(10), new EarlyStopObserver(3)]);
            session.Save(_folder.Path);
        }

        using ModelSession second = ModelSession.Restore(_folder.Path, s_options);
        Assert.Equal((StopReason.EarlyStop, 15L), Train(second, 100, rate: 0, [Validation(10), new EarlyStopObserver(3)]) is var result ? (result.StopReason, result.Steps) : default);
        // Of another metric nothing is known.
        Assert.Equal(40, Train(second, 100, rate: 0, [Validation(10), new EarlyStopObserver(3, "accuracy")]).Steps);
    }

    [Fact]
    public void A_metric_that_the_model_lacks_is_refused_with_the_known_ones()
    {
        using ModelSession session = Create();
        string message = Assert.Throws<GraphException>(() => Train(session, 100, 0, [Validation(10), new EarlyStopObserver(3, "acuracy")])).Message;
        Assert.Contains("'accuracy'", message, StringComparison.Ordinal);
        Assert.Equal(0, session.Iteration);
    }

    [Theory]
    [InlineData("accuracy", true)]
    [InlineData("loss", false)]
    [InlineData("top_5", true)]
    [InlineData("mean_squared_error", false)]
    public void What_is_better_a_metrics_name_tells(string metric, bool higher) => Assert.Equal(higher, new BestSoFar(metric, MetricGoal.Automatic, 0).IsHigherBetter);

    [Theory]
    [InlineData(null, MetricGoal.Automatic, true)]
    [InlineData(null, MetricGoal.Minimum, false)]
    [InlineData(Roles.Minimum, MetricGoal.Automatic, false)]
    [InlineData(Roles.Maximum, MetricGoal.Automatic, true)]
    [InlineData(Roles.Minimum, MetricGoal.Maximum, true)]
    public void Or_the_binding_tells_or_whoever_trains(string? role, MetricGoal goal, bool higher)
    {
        using ModelSession session = Create();
        if (role is not null)
        {
            session.Binding[role] = new[] { session.Binding.Name("metrics.accuracy") };
        }

        Assert.Equal(higher, new BestSoFar("Accuracy", goal, 0).Of(session).IsHigherBetter);
        string plateau = Schedule.Plateau(1, metric: "accuracy", goal: goal).ForSession(session).ToString()!;
        Assert.Contains(higher ? "not higher" : "not lower", plateau, StringComparison.Ordinal);
    }

    [Fact]
    public void The_goal_decides_whether_patience_ends()
    {
        using ModelSession session = Create();
        // The loss falls: as something to be high it never becomes better.
        TrainingResult result = Train(session, 100, 0.1, [Validation(10), new EarlyStopObserver(2, goal: MetricGoal.Maximum)]);
        Assert.Equal((StopReason.EarlyStop, 30L), (result.StopReason, result.Steps));
        session.Binding[Roles.Minimum] = session.Binding.Name("metrics.accuracy");
        session.Binding[Roles.Maximum] = session.Binding.Name("metrics.accuracy");
        Assert.Throws<GraphException>(() => Train(session, 100, 0.1, [Validation(10), new EarlyStopObserver(2, "accuracy")]));
    }

    [Fact]
    public void The_best_checkpoint_is_kept_beside_the_others()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Directory = _folder.Path, Checkpoints = new(2, FlushToDisk: false) });
        Dictionary<long, double> losses = [];
        TrainingObserver[] observers = [Validation(10, (p, result) => losses[p.Iteration] = result.Loss!.Value), new CheckpointObserver(10), new BestCheckpointObserver("loss")];
        Train(session, 40, 0.5, observers);
        // What is forgotten again is not the best.
        Train(session, 20, 400, observers);

        long best = losses.MinBy(pair => pair.Value).Key;
        Assert.InRange(best, 10, 40);
        Assert.Equal([$"best-{best}", "model.ckpt-50", "model.ckpt-60"], CheckpointFolder.List(_folder.Path).Select(info => info.Name).Order(StringComparer.Ordinal));
        Assert.Equal("model.ckpt-60", CheckpointFolder.Resolve(_folder.Path).Name);
        using ModelSession restored = ModelSession.Restore(_folder[$"best-{best}"], s_options);
        Assert.Equal(losses[best], restored.Evaluate(MnistData.Sample.Validation!).Loss);

        using ModelSession later = ModelSession.Restore(_folder.Path, s_options);
        Train(later, 10, 400, observers);
        Assert.Equal($"best-{best}", Assert.Single(CheckpointFolder.List(_folder.Path), info => info.Name.StartsWith("best", StringComparison.Ordinal)).Name);
    }

    [Fact]
    public void What_was_saved_as_the_best_is_saved_at_the_end_to_go_on_from()
    {
        using ModelSession session = ModelSession.Create(new PixelModel(), s_options with { Directory = _folder.Path });
        Train(session, 10, 0.1, [Validation(10), new BestCheckpointObserver("loss")], new SaveOptions());
        Assert.Equal(["best-10", "model.ckpt-10"], CheckpointFolder.List(_folder.Path).Select(info => info.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_training_and_nothing_is_saved()
    {
        using ModelSession session = Create();
        TrainingResult result = Train(session, 20, rate: 1e38, [new CheckpointObserver(1, _folder.Path)], new SaveOptions { Folder = _folder.Path });
        Assert.Equal(StopReason.NaN, result.StopReason);
        Assert.NotNull(result.Explanation);
        Assert.All(CheckpointFolder.List(_folder.Path), info =>
        {
            using ModelSession saved = ModelSession.Restore(info.Prefix, s_options);
            Assert.Null(NonFinite.Find(saved, saved.Saver));
        });
    }

    [Fact]
    public void The_step_whose_loss_is_not_finite_is_not_done_and_its_first_bad_tensor_is_named()
    {
        using ModelSession session = Create();
        Dictionary<string, byte[]> generators = [];
        byte[] weights = [];
        TrainingResult result = Train(session, 20, rate: 1e38, [new ActionObserver(p =>
        {
            generators = new(p.Session.Engine.CaptureState().Generators);
            weights = p.Session.ReadVariable("weights").Bytes().ToArray();
        })]);

        Assert.Equal(("MatMul", [50, 10]), (result.NonFinite!.OpType, (Shape)result.NonFinite.Shape));
        Assert.Contains($"'{result.NonFinite.Name}' (MatMul, [50, 10])", result.Explanation, StringComparison.Ordinal);
        Assert.Contains("was not done", result.Explanation, StringComparison.Ordinal);
        Assert.Equal((result.Steps, false), (session.Iteration!.Value, session.IsTorn));
        Assert.Equal(weights, session.ReadVariable("weights").Bytes().ToArray());
        Assert.Equal(generators, session.Engine.CaptureState().Generators);
        // With another rate it goes on.
        session.Engine.WriteVariable("weights", Tensor.From<float>(new float[7840], [784, 10]));
        Assert.Equal(StopReason.Completed, Train(session, 2, 0.1, []).StopReason);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_ends_the_step_before_it_is_written_though_the_loss_is_finite()
    {
        // The root's slope at 0 is infinite.
        using ModelSession session = Small(g => g.ReduceSum(g.Sqrt(g.MatMul(g.Placeholder(DType.Float32, [-1, 2], "x"), g.Variable(g.Constant(Tensor.From<float>([1, 1], [2, 1])), "w")))));
        TrainingResult good = session.Train(Rows(1, 2, 3, 4), new TrainingOptions { Steps = 2, BatchSize = 2 });
        Assert.Equal(StopReason.Completed, good.StopReason);
        byte[] weights = session.ReadVariable("w").Bytes().ToArray();
        TrainingResult result = session.Train(Rows(0, 0, 3, 4), new TrainingOptions { Steps = 2, BatchSize = 2 });
        Assert.Equal((StopReason.NaN, 0L, "SqrtGrad"), (result.StopReason, result.Steps, result.NonFinite!.OpType));
        Assert.Contains("An update of a variable", result.Explanation, StringComparison.Ordinal);
        Assert.Contains("was not done", result.Explanation, StringComparison.Ordinal);
        Assert.Equal(weights, session.ReadVariable("w").Bytes().ToArray());
        Assert.False(session.IsTorn);
    }

    [Theory]
    [InlineData(1e30f, 0, "MatMul")]
    [InlineData(1, 3e38f, "BiasAdd")]
    public void Of_what_is_computed_at_once_the_first_node_is_named(float weight, float bias, string type)
    {
        using ModelSession session = Small(g => g.ReduceMean(g.Relu(g.BiasAdd(
            g.MatMul(g.Placeholder(DType.Float32, [-1, 2], "x"), g.Variable(g.Constant(Tensor.From<float>([weight, 0, 0, weight], [2, 2])), "w")),
            g.Variable(g.Constant(Tensor.From<float>([bias, bias], [2])), "b")))));
        TrainingResult result = session.Train(Rows(1e38f, 1e38f, 0, 0), new TrainingOptions { Steps = 1, BatchSize = 2, Shuffle = false });
        Assert.Equal((StopReason.NaN, type), (result.StopReason, result.NonFinite!.OpType));
    }

    [Fact]
    public void Updates_are_what_optimizers_are_given_and_assignments_add()
    {
        GraphBuilder g = new();
        GraphVariable w = g.Variable(g.Constant(Tensor.From<float>([1, 2], [2])), "w"), v = g.Variable(g.Constant(Tensor.From<float>([1, 2], [2])), "v");
        GraphVariable step = g.Variable(g.Constant(0, DType.Int32), "step", trainable: false);
        GraphOperation train = new AdamOptimizer(0.1).Minimize(g.ReduceSum(g.Square(w) + v), step);
        Assert.Equal([new Shape(2), new Shape(2)], Updates.Of(train).Select(update => update.Shape));
        Assert.Equal(["w:0"], Updates.Of(g.AssignSub(v, w)).Select(update => update.Operation.Type == "Identity" ? update.Operation.Inputs[0].Name : update.Name));
    }

    private static DatasetPart Rows(params float[] numbers) => DatasetPart.From(Tensor.From<float>(numbers, [numbers.Length / 2, 2]));

    private static ModelSession Small(Func<GraphBuilder, GraphTensor> loss) => ModelSession.Create(
        new FunctionDefinition("small", g =>
        {
            GraphTensor result = loss(g);
            return new() { [Roles.Inputs] = g.Graph.Tensor("x:0"), [Roles.Loss] = result, [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(result) };
        }),
        s_options);

    [Fact]
    public void Examples_that_are_not_finite_are_named()
    {
        using ModelSession session = Create();
        float[] pixels = new float[10 * 784];
        pixels[784] = float.NaN;
        TrainingResult result = session.Train(DatasetPart.From(Tensor.From<float>(pixels, [10, 784]), Tensor.From([.. Enumerable.Range(0, 10)])), new TrainingOptions { BatchSize = 10 });
        Assert.Equal((StopReason.NaN, new NonFiniteTensor("x:0", "Placeholder", [10, 784], 1, 0), 0L), (result.StopReason, result.NonFinite, result.Steps));
    }

    [Fact]
    public void A_variable_that_is_not_finite_is_named_and_not_saved()
    {
        using ModelSession session = Create();
        Tensor weights = session.ReadVariable("weights");
        (weights.Span<float>()[3], weights.Span<float>()[4], weights.Span<float>()[5]) = (float.NaN, float.NegativeInfinity, float.PositiveInfinity);
        session.Engine.WriteVariable("weights", weights);
        Assert.Equal(new NonFiniteTensor("weights", "VariableV2", [784, 10], 1, 2), NonFinite.Find(session, session.Saver));
        TrainingResult result = session.Train(MnistData.Sample, new TrainingOptions { Steps = 5, Observers = [new ActionObserver(p => p.Save(new SaveOptions { Folder = _folder.Path }))] });
        Assert.Equal((StopReason.NaN, 0), (result.StopReason, Directory.Exists(_folder.Path) ? CheckpointFolder.List(_folder.Path).Count : 0));
        Assert.Equal("weights:0", result.NonFinite!.Name);
    }

    [Fact]
    public void A_last_step_that_ruins_a_variable_is_told_of()
    {
        using ModelSession session = Create();
        TrainingResult result = session.Train(MnistData.Sample, new TrainingOptions { Steps = 1, Observers = [new ActionObserver(p =>
            p.Session.Engine.WriteVariable("weights", Tensor.From<float>([.. Enumerable.Repeat(float.PositiveInfinity, 7840)], [784, 10])))] });
        Assert.Equal((StopReason.NaN, "weights", 1L), (result.StopReason, result.NonFinite!.Name, result.Steps));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_trained_on_with_where_that_is_asked_for()
    {
        using ModelSession session = Create();
        session.Train(MnistData.Sample, Options(3, 1e38, [], null) with { AllowNonFinite = true });
        Assert.Equal((StopReason.Completed, 3L), (session.LastRun!.StopReason, session.LastRun.Steps));
    }

    [Fact]
    public void What_ends_early_is_saved_too()
    {
        SaveOptions save = new() { Folder = _folder.Path };
        using ModelSession session = Create();
        using CancellationTokenSource stop = new();
        session.Train(MnistData.Sample, Options(9, 0.1, [new ActionObserver(p => { if (p.Steps == 4) { stop.Cancel(); } })], save), stop.Token);
        Assert.Equal(StopReason.Stopped, session.LastRun!.StopReason);
        Train(session, 3, 0.1, [], save);
        Assert.Throws<InvalidOperationException>(() => Train(session, 9, 0.1, [new ActionObserver(p => { if (p.Steps == 2) { throw new InvalidOperationException(); } })], save));
        Assert.Equal([4L, 7, 9], CheckpointFolder.List(_folder.Path).Select(info => info.Iteration));
    }

    [Fact]
    public void An_observer_may_end_a_training_and_say_why()
    {
        using ModelSession session = Create();
        TrainingResult result = Train(session, 9, 0.1, [new ActionObserver(p => p.Stop(StopReason.Stopped, "enough"))]);
        Assert.Equal((StopReason.Stopped, "enough", 1L), (result.StopReason, result.Explanation, result.Steps));
    }

    [Fact]
    public void Validation_at_the_end_of_each_epoch_is_done_once_an_iteration()
    {
        using ModelSession session = Create();
        List<long> told = [];
        DatasetPart part = MnistData.Sample.Validation!;
        session.Train(part, new TrainingOptions
        {
            Epochs = 2,
            BatchSize = 300,
            Observers = [new ValidationObserver(4, part, (p, _) => told.Add(p.Iteration)) { EachEpoch = true }, new ValidationObserver(null, part, (p, _) => told.Add(-p.Iteration))],
        });
        Assert.Equal([4L, -4, 8, -8], told);
    }

    [Fact]
    public void Calls_may_be_mixed_with_other_data_and_each_goes_on_where_its_own_was()
    {
        DatasetPart other = MnistData.Sample.Validation!;
        using ModelSession session = Create(), again = Create();
        foreach (ModelSession each in new[] { session, again })
        {
            Train(each, 3, 0.1, []);
            each.Train(other, new TrainingOptions { Steps = 2, BatchSize = 30, Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = 0.2 } });
            each.Evaluate(other);
            each.Train(MnistData.Sample, new TrainingOptions { UntilIteration = 8 });
        }

        Assert.Equal((8L, 3L, 0.2), (session.Iteration, session.LastRun!.Steps, session.Hyperparameters.Single(h => h.Name == "learning_rate").Training));
        Assert.Equal(session.ReadVariable("weights").Bytes(), again.ReadVariable("weights").Bytes());
        // Each change of data begins an epoch of its own.
        Assert.Equal((2L, 150L), (session.Position!.Epoch, session.Position.Index));
    }

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    private static ValidationObserver Validation(long interval, Action<TrainingProgress, EvaluationResult>? report = null) => new(interval, MnistData.Sample.Validation!, report);

    private static TrainingResult Train(ModelSession session, long steps, double rate, TrainingObserver[] observers, SaveOptions? save = null) =>
        session.Train(MnistData.Sample, Options(steps, rate, observers, save));

    private static TrainingOptions Options(long steps, double rate, TrainingObserver[] observers, SaveOptions? save) => new()
    {
        Steps = steps,
        Observers = observers,
        SaveOnStop = save,
        Hyperparameters = new Dictionary<string, Schedule> { ["learning_rate"] = rate },
    };
}
