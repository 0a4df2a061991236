namespace ModelSessions.Tests.Gradients;

/// <summary>Three steps on rows of a table, some of them twice; values are TensorFlow's.</summary>
public sealed class SparseTrainingTests
{
    private static readonly int[][] s_rows = [[1, 3, 1], [0, 1, 0], [2]];

    [Theory]
    [InlineData("descent", new[] { -0.3f, -0.15f, 0, 0.12f, 0.4f, 0.6f, 0.8f, 1 })]
    [InlineData("momentum", new[] { -0.3f, -0.15f, 0, 0.03f, 0.4f, 0.6f, 0.8f, 1 })]
    [InlineData("nesterov", new[] { -0.12f, -0.06f, 0, -0.0438f, 0.31f, 0.465f, 0.62f, 0.775f })]
    [InlineData("adam", new[] { -0.368065f, -0.118065f, 0, -0.001714535f, 0.4361191f, 0.6861191f, 0.7811992f, 1.031199f })]
    public void Rows_are_trained_as_TensorFlow_trains_them(string name, float[] expected)
    {
        foreach (bool resource in (bool[])[false, true])
        {
            GraphBuilder g = new();
            GraphTensor first = g.Reshape(g.Constant(Tensor.From(-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f, 1, 1.25f)), (long[])[4, 2]);
            GraphVariable table = g.Variable(first, "table", resource: resource);
            GraphTensor rows = g.Placeholder(DType.Int32, [-1], "rows");
            GraphTensor taken = resource
                ? g.Add("ResourceGather", "taken", new() { ["dtype"] = DType.Float32 }, table.Handle, rows)
                : g.Gather(table, rows);
            Create(name).Minimize(g.ReduceSum(g.Square(taken)), name: "train");
            GraphOperation start = g.InitializeVariables();
            using CpuRun run = new(g.Graph);
            run.Target(start.Name);
            foreach (int[] step in s_rows)
            {
                run.Target("train", ("rows", Tensor.From(step)));
            }

            float[] found = run.Session.ReadVariable("table")!.Span<float>().ToArray();
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
            Assert.DoesNotContain(g.Graph.Operations, operation => operation.Type is "ApplyAdam" or "ResourceApplyAdam" or "ApplyMomentum" or "ApplyGradientDescent");
        }
    }

    private static Optimizer Create(string name) => name switch
    {
        "descent" => new GradientDescentOptimizer(0.1),
        "adam" => new AdamOptimizer(0.1),
        _ => new MomentumOptimizer(0.1, 0.9, useNesterov: name == "nesterov"),
    };
}
