using ModelSessions.Data;
using ModelSessions.Tests.Sessions;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>How long a training is: steps, examples, epochs, an iteration, time.</summary>
public sealed class TrainingLengthTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    [Theory]
    [InlineData(LastBatch.Keep, 7, new[] { 4, 3 })]
    [InlineData(LastBatch.Keep, 20, new[] { 4, 4, 2, 4, 4, 2 })]
    [InlineData(LastBatch.Drop, 20, new[] { 4, 4, 4, 4, 4 })]
    [InlineData(LastBatch.Drop, 7, new[] { 4 })]
    [InlineData(LastBatch.CarryOver, 18, new[] { 4, 4, 4, 4, 2 })]
    public void A_number_of_examples_is_cut_into_batches(LastBatch last, int examples, int[] batches)
    {
        using ModelSession session = Create();
        Assert.Equal(batches, Batches(session, new TrainingOptions { Examples = examples, LastBatch = last }));
    }

    [Theory]
    [InlineData(LastBatch.Keep, new[] { 4, 4, 2, 4, 4, 2 })]
    [InlineData(LastBatch.Drop, new[] { 4, 4, 4, 4 })]
    [InlineData(LastBatch.CarryOver, new[] { 4, 4, 4, 4, 4 })]
    public void Epochs_are_cut_into_batches(LastBatch last, int[] batches)
    {
        using ModelSession session = Create();
        Assert.Equal(batches, Batches(session, new TrainingOptions { Epochs = 2, LastBatch = last }));
        // In two calls it is as many, for those that end an epoch with a batch.
        using ModelSession other = Create();
        int[] twice = [.. Batches(other, new TrainingOptions { Epochs = 1, LastBatch = last }), .. Batches(other, new TrainingOptions { Epochs = 1, LastBatch = last })];
        Assert.Equal(last == LastBatch.CarryOver ? [4, 4, 2, 4, 4, 2] : batches, twice);
    }

    [Fact]
    public void The_number_of_steps_is_known_before_for_any_length()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            int count = random.Next(1, 40), batch = random.Next(1, count + 1), index = random.Next(0, count);
            LastBatch last = (LastBatch)random.Next(3);
            TrainingLength length = random.Next(2) == 0 ? new(null, random.Next(1, 100), null, null) : new(null, null, random.Next(1, 10) / 2.0, null);
            TrainingOptions options = new() { BatchSize = batch, LastBatch = last };
            long steps = length.StepsOf(count, index, batch, last), left = length.ExamplesOf(count), leftOut = 0;
            BatchOrder order = new(new ShuffledOrder(count, shuffle: false, new DatasetPosition("", 0, 0, index)), count, length, options);
            for (long i = 0; i < steps; i++)
            {
                long before = order.Position.Epoch * count + order.Position.Index;
                order.Next();
                Assert.InRange(order.Rows.Length, last == LastBatch.Drop ? batch : 1, batch);
                left -= order.Rows.Length;
                leftOut += order.Position.Epoch * count + order.Position.Index - before - order.Rows.Length;
            }

            // What is left is nothing, or what never fills a batch.
            left -= length.Epochs is null ? 0 : leftOut;
            Assert.InRange(left, 0, last == LastBatch.Drop ? 2 * batch - 2 : 0);
        }
    }

    [Fact]
    public void An_iteration_is_reached_whatever_was_done_before()
    {
        using ModelSession session = Create();
        Train(session, new TrainingOptions { Steps = 3 });
        TrainingResult first = Train(session, new TrainingOptions { UntilIteration = 8 }), second = Train(session, new TrainingOptions { UntilIteration = 8 });
        Assert.Equal((StopReason.Completed, 5L, 8L), (first.StopReason, first.Steps, session.Iteration));
        Assert.Equal((StopReason.Completed, 0L), (second.StopReason, second.Steps));
    }

    [Fact]
    public void An_iteration_cannot_be_reached_where_the_graph_does_not_count()
    {
        using ModelSession session = ModelSession.Create(new PixelModel { Counts = false }, s_options);
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<GraphException>(() => Train(session, new TrainingOptions { UntilIteration = 8 })).Code);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(2L, 2)]
    public void Time_ends_a_training_that_is_not_done_before(long? epochs, int steps)
    {
        ManualClock clock = new();
        using ModelSession session = Create();
        TrainingResult result = Train(session, new TrainingOptions { TimeLimit = TimeSpan.FromSeconds(3), Clock = clock, Steps = epochs, Observers = [clock.SecondAtEachStep] });
        Assert.Equal((epochs is null ? StopReason.TimeLimit : StopReason.Completed, steps, TimeSpan.FromSeconds(steps)), (result.StopReason, (int)result.Steps, result.Duration));
    }

    [Fact]
    public void A_moment_ends_a_training_in_the_same_way()
    {
        ManualClock clock = new();
        using ModelSession session = Create();
        TrainingOptions options = new() { UntilTime = clock.GetUtcNow().AddSeconds(4), Clock = clock, Observers = [clock.SecondAtEachStep] };
        Assert.Equal((StopReason.TimeLimit, 4L), Train(session, options) is var first ? (first.StopReason, first.Steps) : default);
        Assert.Equal((StopReason.TimeLimit, 0L), Train(session, options) is var late ? (late.StopReason, late.Steps) : default);
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(session, new TrainingOptions { TimeLimit = TimeSpan.Zero }));
    }

    [Fact]
    public void Two_lengths_contradict_each_other()
    {
        using ModelSession session = Create();
        Assert.Throws<ArgumentException>(() => Train(session, new TrainingOptions { Steps = 3, UntilIteration = 5 }));
        Assert.Throws<ArgumentException>(() => Train(session, new TrainingOptions { Epochs = 3, Examples = 5 }));
        Assert.Contains("never fills a batch", Assert.Throws<ArgumentOutOfRangeException>(
            () => Train(session, new TrainingOptions { BatchSize = 11, LastBatch = LastBatch.Drop })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_and_the_time_that_is_left_go_by_the_clock()
    {
        ManualClock clock = new();
        using ModelSession session = Create();
        List<(double Steps, double Examples, double? Left, long Total)> told = [];
        Train(session, new TrainingOptions
        {
            Epochs = 4,
            Clock = clock,
            Observers = [clock.SecondAtEachStep, new ActionObserver(p => told.Add((p.StepsPerSecond, p.ExamplesPerSecond, p.Remaining?.TotalSeconds, p.TotalSteps)))],
        });
        Assert.Equal((1, 4, 11, 12), told[0]);
        Assert.Equal((1, 0, 12), (told[^1].Steps, told[^1].Left, told[^1].Total));
        Assert.All(told, each => Assert.InRange(each.Examples, 3, 4));
    }

    [Fact]
    public void A_seed_gives_an_order_of_its_own_and_stays()
    {
        using ModelSession first = Create(), second = Create(), other = Create();
        Train(first, new TrainingOptions { Steps = 2, ShuffleSeed = 3 });
        Train(first, new TrainingOptions { Steps = 2 });
        Train(second, new TrainingOptions { Steps = 4, ShuffleSeed = 3 });
        Train(other, new TrainingOptions { Steps = 4, ShuffleSeed = 4 });
        Assert.Equal(Weights(first), Weights(second));
        Assert.NotEqual(Weights(first), Weights(other));
        Assert.Equal(3, first.Position!.Seed);
    }

    [Fact]
    public void A_loop_that_nobody_watches_makes_little()
    {
        using ModelSession session = Create();
        Train(session, new TrainingOptions { Steps = 300 });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Train(session, new TrainingOptions { Steps = 100 });
        long few = GC.GetAllocatedBytesForCurrentThread() - before;
        Train(session, new TrainingOptions { Steps = 1100 });
        long many = GC.GetAllocatedBytesForCurrentThread() - before - few;
        // The loss that is looked at and fetched, where the next batch begins, what the history notes; and what a call takes, once.
        Assert.InRange((many - few) / 1000.0, 0, 1000);
    }

    private static ModelSession Create() => ModelSession.Create(new PixelModel(), s_options);

    // Ten examples, four at a time unless told otherwise.
    private static TrainingResult Train(ModelSession session, TrainingOptions options) => session.Train(Ten(), options.BatchSize == 50 ? options with { BatchSize = 4 } : options);

    private static int[] Batches(ModelSession session, TrainingOptions options)
    {
        List<int> sizes = [];
        long before = 0;
        Train(session, options with
        {
            Observers = [new ActionObserver(progress =>
            {
                sizes.Add((int)(progress.Examples - before));
                before = progress.Examples;
                Assert.Equal(sizes.Count, progress.Steps);
            })],
        });
        return [.. sizes];
    }

    private static DatasetPart Ten() => DatasetPart.From(
        Tensor.From<float>([.. Enumerable.Range(0, 7840).Select(i => i % 7 / 7f)], [10, 784]), Tensor.From([.. Enumerable.Range(0, 10)]));

    private static float[] Weights(ModelSession session) => session.ReadVariable("weights").Span<float>().ToArray();
}
