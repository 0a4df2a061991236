namespace ModelSessions.Tests.Graphs.Training;

public sealed class AccumulationTests
{
    private static readonly int[] s_ids = [1, 3, 1, 0];

    public static TheoryData<string, bool> Cases => new MatrixTheoryData<string, bool>(["adam", "adamw", "descent", "momentum", "rmsprop"], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Small_batches_train_like_one_large_batch(string name, bool resource)
    {
        Graph whole = Build(name, resource, 1), parts = Build(name, resource, 4);
        using IEngineSession first = Open(whole), second = Open(parts);

        for (int step = 0; step < 3; step++)
        {
            Run(first, whole, Enumerable.Range(0, 4), step);
            for (int row = 0; row < 4; row++)
            {
                Run(second, parts, [row], step);
                Assert.Equal(row == 3 ? step + 1 : step, second.ReadVariable("step")!.ToScalar<long>());
            }
        }

        foreach (VariableInfo variable in first.Variables.Where(variable => variable.DType == DType.Float32))
        {
            float[] expected = first.ReadVariable(variable.Name)!.Span<float>().ToArray(), found = second.ReadVariable(variable.Name)!.Span<float>().ToArray();
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
        }

        Assert.All(second.ReadVariable("net/w/Accumulation")!.Span<float>().ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(12, second.ReadVariable("accumulation_count")!.ToScalar<long>());
    }

    [Fact]
    public void Slices_of_rows_are_summed_up()
    {
        Graph whole = Build("adagrad", false, 1, table: true), parts = Build("adagrad", false, 2, table: true);
        using IEngineSession first = Open(whole), second = Open(parts);

        Run(first, whole, Enumerable.Range(0, 4), 0);
        Run(second, parts, [0, 1], 0);
        Assert.Equal(LastRows(first), LastRows(second));
        Run(second, parts, [2, 3], 0);

        float[] expected = first.ReadVariable("net/table")!.Span<float>().ToArray(), found = second.ReadVariable("net/table")!.Span<float>().ToArray();
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    // Rows that no example takes.
    private static float[] LastRows(IEngineSession session) => session.ReadVariable("net/table")!.Span<float>()[16..].ToArray();

    private static Graph Build(string name, bool resource, int runs, bool table = false)
    {
        GraphBuilder g = new();
        TrainingModel model = new(g, resource, DType.Float32);
        Optimizer optimizer = name switch
        {
            "adagrad" => new AdagradOptimizer(0.1) { AccumulatedSteps = runs },
            "adam" => new AdamOptimizer(0.05) { AccumulatedSteps = runs },
            "adamw" => new AdamWOptimizer(0.01, 0.05) { AccumulatedSteps = runs },
            "descent" => new GradientDescentOptimizer(0.5) { AccumulatedSteps = runs },
            "momentum" => new MomentumOptimizer(0.1, 0.9) { AccumulatedSteps = runs },
            _ => new RmsPropOptimizer(0.05, 0.8, 0.5) { AccumulatedSteps = runs },
        };
        optimizer.Minimize(model.Loss, model.Step, table ? null : [model.Weights, model.Bias], "train");
        g.InitializeVariables();
        return g.Graph;
    }

    private static IEngineSession Open(Graph graph)
    {
        IEngineSession session = new CpuEngine().Open(graph, new EngineOptions());
        session.Prepare(new RunSignature([], [], ["init"])).Run([], [], TestContext.Current.CancellationToken);
        foreach (GraphVariable variable in graph.Builder.Variables(CollectionKeys.TrainableVariables))
        {
            session.WriteVariable(variable.Name, CaseRun.Waves(variable.DType, variable.Shape));
        }

        return session;
    }

    private static void Run(IEngineSession session, Graph graph, IEnumerable<int> rows, int step)
    {
        int[] chosen = [.. rows];
        float[] x = CaseRun.Waves(DType.Float32, [4, 4], 1 + step).Span<float>().ToArray(), y = CaseRun.Waves(DType.Float32, [4, 3], 0.3).Span<float>().ToArray();
        Tensor[] feeds =
        [
            Tensor.From<float>([.. chosen.SelectMany(row => x[(row * 4)..(row * 4 + 4)])], [chosen.Length, 4]),
            Tensor.From<int>([.. chosen.Select(row => s_ids[row])]),
            Tensor.From<float>([.. chosen.SelectMany(row => y[(row * 3)..(row * 3 + 3)])], [chosen.Length, 3]),
        ];
        session.Prepare(new RunSignature(["x:0", "ids:0", "y:0"], [], [graph.Collections.Names(CollectionKeys.TrainOp)[^1]])).Run(feeds, [], TestContext.Current.CancellationToken);
    }
}
