using ModelSessions.Data;
using ModelSessions.Tests.Files;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>Sessions one behind the other: the output of one is the input of the next, gradients go back.</summary>
public sealed class FrontTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5, Checkpoints = new(FlushToDisk: false) };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_sessions_learn_as_the_one_graph_of_both()
    {
        using ModelSession whole = ModelSession.Create(Whole(), s_options), front = ModelSession.Create(Features(), s_options), back = ModelSession.Create(Head(), s_options);
        Copy(whole, front, "hidden");
        Copy(whole, back, "head");
        back.Front = front;
        TrainingOptions options = new() { Steps = 20, BatchSize = 25, ShuffleSeed = 3 };
        whole.Train(MnistData.Sample, options);
        back.Train(MnistData.Sample, options);
        Assert.Equal(20, front.Iteration);
        Close(whole.ReadVariable("hidden"), front.ReadVariable("hidden"));
        Close(whole.ReadVariable("head"), back.ReadVariable("head"));
        Assert.Equal(whole.Evaluate(MnistData.Sample.Test!).Loss!.Value, back.Evaluate(MnistData.Sample.Test!).Loss!.Value, 1e-5);
        Assert.Equal(whole.LastRun!.Loss!.Value, back.LastRun!.Loss!.Value, 1e-5);
    }

    [Fact]
    public void A_front_that_takes_no_gradients_stays_as_it_is()
    {
        using ModelSession front = ModelSession.Create(Features(takesGradients: false), s_options), back = ModelSession.Create(Head(), s_options);
        back.Front = front;
        float[] before = front.ReadVariable("hidden").Span<float>().ToArray(), head = back.ReadVariable("head").Span<float>().ToArray();
        back.Train(MnistData.Sample, new TrainingOptions { Steps = 2 });
        Assert.Equal(before, front.ReadVariable("hidden").Span<float>().ToArray());
        Assert.NotEqual(head, back.ReadVariable("head").Span<float>().ToArray());
    }

    [Fact]
    public void Evaluation_changes_no_number_of_either()
    {
        using ModelSession front = ModelSession.Create(Features(), s_options), back = ModelSession.Create(Head(), s_options);
        using ModelSession sameFront = ModelSession.Create(Features(), s_options), sameBack = ModelSession.Create(Head(), s_options);
        (back.Front, sameBack.Front) = (front, sameFront);
        TrainingOptions options = new() { Steps = 2, Shuffle = false };
        back.Train(MnistData.Sample, options with { Observers = [new ValidationObserver(1, MnistData.Sample.Validation!, (_, _) => { })] });
        sameBack.Train(MnistData.Sample, options);
        Assert.Equal(sameFront.ReadVariable("hidden").Span<float>().ToArray(), front.ReadVariable("hidden").Span<float>().ToArray());
    }

    [Fact]
    public void Without_the_gradient_of_its_inputs_a_session_cannot_train_its_front()
    {
        using ModelSession front = ModelSession.Create(Features(), s_options), back = ModelSession.Create(Head(givesGradients: false), s_options);
        back.Front = front;
        GraphException error = Assert.Throws<GraphException>(() => back.Train(MnistData.Sample, new TrainingOptions { Steps = 1 }));
        Assert.Contains("'input_gradients'", error.Message, StringComparison.Ordinal);
        Assert.False(back.IsTorn);
    }

    [Fact]
    public void Sessions_in_a_circle_are_refused()
    {
        using ModelSession front = ModelSession.Create(Features(), s_options), back = ModelSession.Create(Head(), s_options);
        back.Front = front;
        Assert.Throws<GraphException>(() => front.Front = back);
        Assert.Throws<GraphException>(() => front.Front = front);
    }

    [Fact]
    public void Where_one_is_saved_the_other_is_too()
    {
        using ModelSession front = ModelSession.Create(Features(), s_options with { Directory = _folder["front"] }), back = ModelSession.Create(Head(), s_options with { Directory = _folder["back"] });
        back.Front = front;
        back.Train(MnistData.Sample, new TrainingOptions { Steps = 4, Observers = [new CheckpointObserver(2)] });
        Assert.Equal((4, 4), (front.Checkpoint!.Iteration, back.Checkpoint!.Iteration));
    }

    private static FunctionDefinition Whole() => new("whole", g =>
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Float32, [-1, 10], "y");
        GraphVariable hidden = Hidden(g), head = Weights(g), iteration = g.Variable(0L, "iteration", trainable: false);
        GraphTensor loss = Loss(g, g.Relu(g.MatMul(x, hidden)), head, y);
        return new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Loss] = loss, [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(loss, iteration), [Roles.Iteration] = iteration.Handle };
    });

    private static FunctionDefinition Features(bool takesGradients = true) => new("features", g =>
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), gradients = g.Placeholder(DType.Float32, [-1, 16], "dy");
        GraphVariable hidden = Hidden(g), iteration = g.Variable(0L, "iteration", trainable: false);
        GraphTensor features = g.Relu(g.MatMul(x, hidden));
        return new()
        {
            [Roles.Inputs] = x,
            [Roles.Predictions] = features,
            [Roles.OutputGradients] = takesGradients ? gradients : null,
            [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(g.ReduceSum(features * gradients), iteration),
            [Roles.Iteration] = iteration.Handle,
        };
    });

    private static FunctionDefinition Head(bool givesGradients = true) => new("head", g =>
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 16], "x"), y = g.Placeholder(DType.Float32, [-1, 10], "y");
        GraphVariable head = Weights(g), iteration = g.Variable(0L, "iteration", trainable: false);
        GraphTensor loss = Loss(g, x, head, y);
        return new()
        {
            [Roles.Inputs] = x,
            [Roles.Labels] = y,
            [Roles.Loss] = loss,
            [Roles.Train] = new GradientDescentOptimizer(0.1f).Minimize(loss, iteration),
            [Roles.Iteration] = iteration.Handle,
            [Roles.InputGradients] = givesGradients ? ModelSessions.Gradients.Of(loss, x)[0] : null,
        };
    });

    private static GraphVariable Hidden(GraphBuilder g) => g.Variable(g.TruncatedNormal(new Shape(784, 16), standardDeviation: 0.1, seed: 1), "hidden");

    private static GraphVariable Weights(GraphBuilder g) => g.Variable(g.TruncatedNormal(new Shape(16, 10), standardDeviation: 0.1, seed: 2), "head");

    private static GraphTensor Loss(GraphBuilder g, GraphTensor features, GraphVariable head, GraphTensor labels) =>
        g.ReduceMean(g.SoftmaxCrossEntropy(labels, g.MatMul(features, head)));

    private static void Copy(ModelSession from, ModelSession to, string variable) => to.Engine.WriteVariable(variable, from.ReadVariable(variable));

    private static void Close(Tensor expected, Tensor found)
    {
        float[] a = expected.Span<float>().ToArray(), b = found.Span<float>().ToArray();
        Assert.Equal(a.Length, b.Length);
        Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
