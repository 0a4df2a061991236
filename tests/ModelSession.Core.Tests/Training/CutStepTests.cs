using System.Diagnostics;
using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions.Tests.Training;

/// <summary>A step that is cancelled before its updates was never begun, however long it is.</summary>
public sealed class CutStepTests
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 5 };

    [Fact]
    public void A_long_step_ends_at_once_and_leaves_everything_as_it_was()
    {
        using ModelSession cut = ModelSession.Create(new LongModel(), s_options), whole = ModelSession.Create(new LongModel(), s_options);
        using CancellationTokenSource stop = new();
        long signalled = 0;
        using Timer timer = new(
            _ =>
            {
                signalled = Stopwatch.GetTimestamp();
                stop.Cancel();
            },
            null, 400, Timeout.Infinite);

        TrainingResult result = cut.Train(MnistData.Sample, new TrainingOptions { Steps = 1, BatchSize = 1000 }, stop.Token);

        // 200 ms are promised; a machine that tests share is given more.
        Assert.InRange(Stopwatch.GetElapsedTime(signalled), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal((StopReason.Stopped, 0L, false), (result.StopReason, result.Steps, cut.IsTorn));
        Assert.Equal((0L, 0L), (cut.Iteration, cut.UnsavedSteps));
        Assert.Equal(0f, cut.ReadVariable("early").ToScalar<float>());
        foreach (ModelSession session in (ModelSession[])[cut, whole])
        {
            session.Train(MnistData.Sample, new TrainingOptions { Steps = 3, BatchSize = 10 }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(3f, cut.ReadVariable("early").ToScalar<float>());
        Assert.Equal(whole.ReadVariable("weights").Span<float>().ToArray(), cut.ReadVariable("weights").Span<float>().ToArray());
    }

    [Fact]
    public void A_step_whose_updates_have_begun_is_finished()
    {
        using ModelSession session = ModelSession.Create(new LongModel(), s_options);
        using CancellationTokenSource stop = new();
        RunSignature step = new(["x:0", "y:0"], ["loss:0"], ["train"]) { WritesLast = true };
        Tensor[] fetches = new Tensor[1];
        Tensor x = Tensor.From<float>(new float[2 * 784], [2, 784]), y = Tensor.From<float>(new float[2 * 10], [2, 10]);

        // The trace is told of each node in the order in which they run.
        RunTrace trace = new();
        session.Engine.Prepare(step).Run([x, y], fetches, stop.Token, trace);

        string[] order = [.. trace.Nodes.Select(node => node.Name)];
        int first = Array.FindIndex(order, name => name is "note" or "update" or "train");
        Assert.True(first > Array.IndexOf(order, "loss"), "Variables are written after all that is computed.");
        Assert.All(order[..first], name => Assert.DoesNotContain("update", name, StringComparison.Ordinal));
        stop.Cancel();
        Assert.Throws<WaitCancelledException>(() => session.Engine.Prepare(step).Run([x, y], fetches, stop.Token));
        Assert.Equal(1f, session.ReadVariable("early").ToScalar<float>());
    }

    /// <summary>Some seconds for a large batch; counts its steps before it computes anything, as a moving average would; draws random numbers.</summary>
    private sealed class LongModel : ModelDefinition
    {
        private const int Width = 4096;

        public override Binding Build(GraphBuilder g)
        {
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Float32, [-1, 10], "y");
            GraphVariable early = g.Variable(g.Constant(0f), "early", trainable: false);
            GraphOperation note = g.AddOperation("AssignAdd", "note", null, early.Handle, g.Constant(1f));
            GraphVariable weights = g.Variable(g.TruncatedNormal(new long[] { 784, 10 }, standardDeviation: 0.01), "weights");
            GraphVariable wide = g.Variable(g.Zeros(new long[] { 784, Width }), "wide", trainable: false), square = g.Variable(g.Zeros(new long[] { Width, Width }), "square", trainable: false);
            GraphTensor kept = x * g.Floor(g.RandomUniform(g.ShapeOf(x)) + 0.9);
            GraphTensor slow = g.MatMul(kept, wide);
            for (int i = 0; i < 12; i++)
            {
                slow = g.MatMul(slow, square);
            }

            GraphTensor error = g.Softmax(g.MatMul(kept, weights)) - y;
            GraphTensor loss = g.Add("AddV2", "loss", null, g.ReduceMean(g.Square(error)), g.ReduceMean(slow));
            GraphVariable iteration = g.Variable(g.Constant(0, DType.Int64), "iteration", trainable: false);
            GraphOperation update;
            using (g.ControlDependencies(note, loss.Operation))
            {
                update = g.AddOperation("AssignSub", "update", null, weights.Handle, g.MatMul(kept, error, transposeA: true) * 0.01);
            }

            using GraphScope after = g.ControlDependencies(update);
            return new Binding
            {
                ["inputs"] = x, ["labels"] = y, ["loss"] = loss, ["iteration"] = iteration.Handle, ["train"] = g.AssignAdd(iteration, g.Constant(1, DType.Int64), "train"),
            };
        }
    }
}
