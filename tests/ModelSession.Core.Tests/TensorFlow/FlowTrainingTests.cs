using System.Text.Json;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>Models with loops and branches, begun by us, trained on by real TensorFlow from our <c>.meta</c> alone, and gone on with by us again.</summary>
public sealed class FlowTrainingTests : IDisposable
{
    private static readonly SessionOptions s_options = new() { Engines = [new CpuEngine()], Seed = 3, Checkpoints = new(FlushToDisk: false) };

    private static readonly Dictionary<string, Func<GraphBuilder, GraphTensor, GraphTensor>> s_models = new()
    {
        ["loop_in_branch"] = LoopInBranch,
        ["branch_in_loop"] = BranchInLoop,
        ["recurrent"] = Recurrent,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorFlow_trains_loops_and_branches_on_as_we_do_and_we_go_on_from_there()
    {
        Dictionary<string, (double[] Losses, Dictionary<string, float[]> Values)> ours = [];
        foreach (string name in s_models.Keys)
        {
            using ModelSession session = Create(name);
            Train(session, 0, 3);
            session.Save(_folder.Path, name);
            double[] losses = Train(session, 3, 7);
            ours[name] = (losses, session.Variables.ToDictionary(variable => variable.Name, variable => Values(session, variable.Name)));
        }

        JsonElement theirs = TensorFlowPython.Run("TensorFlow/flow_training.py", [_folder.Path, .. s_models.Keys]);

        foreach ((string name, (double[] losses, Dictionary<string, float[]> values)) in ours)
        {
            JsonElement found = theirs.GetProperty(name);
            Near(losses, Numbers(found.GetProperty("losses")), $"{name}, losses");
            using ModelSession again = ModelSession.Restore(_folder[$"{name}_tf"], s_options);
            Assert.Equal(7, again.Iteration);
            foreach (JsonProperty variable in found.GetProperty("values").EnumerateObject())
            {
                Near([.. values[variable.Name].Select(value => (double)value)], Numbers(variable.Value), $"{name}, {variable.Name}");
                Assert.Equal(Numbers(variable.Value), Values(again, variable.Name).Select(value => (double)value));
            }

            Assert.All(Train(again, 7, 9), loss => Assert.True(double.IsFinite(loss)));
        }
    }

    private static ModelSession Create(string name) => ModelSession.Create(
        new FunctionDefinition(name, g =>
        {
            GraphTensor x = g.Placeholder(DType.Float32, [-1, 3, 2], "x"), y = g.Placeholder(DType.Float32, [-1, 2], "y");
            GraphVariable iteration = g.Variable(g.Constant(0, DType.Int32), "iteration", trainable: false);
            GraphTensor loss = g.ReduceMean(g.Square(s_models[name](g, x) - y), name: "loss");
            return new() { [Roles.Inputs] = x, [Roles.Labels] = y, [Roles.Loss] = loss, [Roles.Train] = new AdamOptimizer(0.05f).Minimize(loss, iteration), [Roles.Iteration] = iteration.Handle };
        }),
        s_options);

    // So many steps through a loop as the sum of the inputs says, or none: gradients go through either branch by turns.
    private static GraphTensor LoopInBranch(GraphBuilder g, GraphTensor x)
    {
        GraphVariable w = g.Variable(g.TruncatedNormal(new long[] { 6, 6 }, standardDeviation: 0.5), "w"), a = g.Variable(g.TruncatedNormal(new long[] { 6, 2 }), "a"), b = g.Variable(g.TruncatedNormal(new long[] { 6, 2 }), "b");
        GraphTensor flat = g.Reshape(x, (long[])[-1, 6]);
        return g.Cond(
            g.ReduceSum(x).Less(0.0),
            () => g.MatMul(g.WhileLoop((i, _) => i.Less(3), (i, h) => (i + 1, g.Tanh(g.MatMul(h, w))), (g.Constant(Tensor.Scalar(0)), flat)).Second, a),
            () => g.MatMul(flat * 2.0, b));
    }

    private static GraphTensor BranchInLoop(GraphBuilder g, GraphTensor x)
    {
        GraphVariable w = g.Variable(g.TruncatedNormal(new long[] { 6, 6 }, standardDeviation: 0.5), "w"), a = g.Variable(g.TruncatedNormal(new long[] { 6, 2 }), "a");
        GraphTensor sum = g.ReduceSum(x);
        GraphTensor last = g.WhileLoop(
            (i, _) => i.Less(4),
            (i, h) => (i + 1, g.Cond(g.Cast(i, DType.Float32).Less(sum), () => g.Tanh(g.MatMul(h, w)), () => h * 0.5)),
            (g.Constant(Tensor.Scalar(0)), g.Reshape(x, (long[])[-1, 6]))).Second;
        return g.MatMul(last, a);
    }

    private static GraphTensor Recurrent(GraphBuilder g, GraphTensor x) =>
        g.Layers.Dense(g.Rnn.DynamicRnn(new LstmCell(5), x, options: new() { DType = DType.Float32 }).State[1].Tensor, 2);

    private static double[] Train(ModelSession session, int from, int to) =>
    [
        .. Enumerable.Range(from, to - from).Select(step => (double)session.Run(
            [Roles.Loss, Roles.Train],
            new Dictionary<string, Tensor> { [Roles.Inputs] = Waves([4, 3, 2], step % 2 != 0 ? 1 : -1), [Roles.Labels] = Waves([4, 2], 0.3 + step) })[0].ToScalar<float>()),
    ];

    private static Tensor Waves(Shape shape, double scale) => Tensor.From<float>([.. Enumerable.Range(1, (int)shape.ElementCount).Select(i => (float)(scale * Math.Sin(i)))], shape);

    private static float[] Values(ModelSession session, string variable) => session.ReadVariable(variable) is { DType: DType.Float32 } value ? value.Span<float>().ToArray() : [.. session.ReadVariable(variable).Span<int>().ToArray().Select(number => (float)number)];

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    private static void Near(double[] expected, double[] found, string what) => Assert.True(
        expected.Length == found.Length && expected.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= 5e-5 * (1 + Math.Abs(pair.First))),
        $"{what}: expected {string.Join(", ", expected)}; found {string.Join(", ", found)}");
}
