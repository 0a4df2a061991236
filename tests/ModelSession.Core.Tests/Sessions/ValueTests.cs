namespace ModelSessions.Tests.Sessions;

/// <summary>What a session says of a tensor before it runs anything for it.</summary>
public sealed class ValueTests : IDisposable
{
    private readonly ModelSession _session = ModelSession.Create(new PixelModel(), new SessionOptions { Engines = [new CpuEngine()], Seed = 3 });

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Variables_reads_of_them_and_constants_need_no_run()
    {
        Tensor weights = _session.ReadVariable("weights")!;
        Assert.Equal(weights.Span<float>(), _session.ReadDirectly(_session.Tensor("weights:0"))!.Span<float>());
        Assert.Equal(weights.Span<float>(), _session.ReadDirectly(_session.Tensor("weights/read:0"))!.Span<float>());
        GraphTensor constant = _session.Graph.Builder.Constant(7, DType.Int32);
        Assert.Equal(7, _session.ReadDirectly(constant)!.Span<int>()[0]);
        Assert.Null(_session.ReadDirectly(_session.Tensor("loss")));
        Assert.Null(_session.ReadDirectly(_session.Tensor("inputs")));
    }

    [Fact]
    public void What_was_read_is_a_copy()
    {
        _session.ReadDirectly(_session.Tensor("iteration"))!.Span<int>()[0] = 9;
        Assert.Equal(0, _session.Iteration);
    }

    [Fact]
    public void A_run_for_updates_changes_something_and_one_for_numbers_by_chance_does_not()
    {
        // The probabilities are those of pixels that are left out by chance.
        Assert.False(ModelSession.RunChangesState(_session.Tensor("predictions")));
        Assert.False(ModelSession.RunChangesState(_session.Tensor("weights/read:0")));
        Assert.True(ModelSession.RunChangesState(_session.Tensor("update:0")));
        GraphBuilder g = _session.Graph.Builder;
        using (g.ControlDependencies(_session.Operation("update")))
        {
            Assert.True(ModelSession.RunChangesState(g.Identity(g.Constant(1))));
        }

        GraphTensor queue = g.Add("FIFOQueueV2", "queue", new NodeAttributes { ["component_types"] = (DType[])[DType.Float32] });
        Assert.True(ModelSession.RunChangesState(g.Add("QueueDequeueV2", "taken", new NodeAttributes { ["component_types"] = (DType[])[DType.Float32] }, queue)));
    }

    [Fact]
    public void Missing_feeds_are_the_placeholders_that_nothing_stands_for()
    {
        GraphTensor loss = _session.Tensor("loss"), predictions = _session.Tensor("predictions");
        Assert.Equal(["keep_probability", "x", "y"], ModelSession.MissingFeeds(loss, []).Order());
        Assert.Equal(["y"], ModelSession.MissingFeeds(loss, [_session.Tensor("inputs"), _session.Tensor("keep_probability:0")]));
        // Where a value in the middle is fed, nothing before it is needed; nor for what is fed itself.
        Assert.Equal(["y"], ModelSession.MissingFeeds(loss, [predictions]));
        Assert.Empty(ModelSession.MissingFeeds(loss, [loss]));
        Assert.Equal(["x"], ModelSession.MissingFeeds(_session.Tensor("inputs"), []));
    }

    [Fact]
    public void Evaluation_feeds_are_the_values_that_a_model_is_looked_at_with()
    {
        // The learning rate has none: only a training feeds it.
        IReadOnlyDictionary<string, Tensor> feeds = _session.EvaluationFeeds();
        Assert.Equal(1f, feeds["hyperparameters.keep_probability"].Span<float>()[0]);
        Dictionary<string, Tensor> all = new(feeds) { ["inputs"] = Tensor.Zeros(DType.Float32, [1, 784]) };
        // All classes alike: no pixel is there.
        Assert.Equal(0.1f, _session.Run(["predictions"], all, cancel: TestContext.Current.CancellationToken)[0].Span<float>()[3], 6);
    }
}
