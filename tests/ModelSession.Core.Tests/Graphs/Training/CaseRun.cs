namespace ModelSessions.Tests.Graphs.Training;

/// <summary>Runs the graphs of <see cref="TrainingCases"/> as make_training_graphs.py does.</summary>
internal sealed class CaseRun : IDisposable
{
    private readonly Graph _graph;
    private readonly IEngineSession _session;

    public CaseRun(Graph graph)
        : this(graph, new CpuEngine().Open(graph, new EngineOptions())) => Run("init", []);

    public CaseRun(Graph graph, IEngineSession session)
    {
        _graph = graph;
        _session = session;
    }

    /// <summary>A part of a sine: <c>scale · sin(1, 2, 3 …)</c>.</summary>
    public static Tensor Waves(DType dtype, Shape shape, double scale = 0.5)
    {
        double[] values = [.. Enumerable.Range(1, (int)shape.ElementCount).Select(i => scale * Math.Sin(i))];
        return dtype switch
        {
            DType.Float64 => Tensor.From<double>(values, shape),
            DType.Float16 => Tensor.From<Half>([.. values.Select(value => (Half)value)], shape),
            _ => Tensor.From<float>([.. values.Select(value => (float)value)], shape),
        };
    }

    public static IEnumerable<(string Name, Tensor Value)> Feeds(Graph graph, int step)
    {
        DType dtype = graph.Tensor("x:0").DType;
        return
        [
            ("x:0", Waves(dtype, [4, 4], 1 + step)),
            ("ids:0", Tensor.From(1, 3, 1, step % 2)),
            ("y:0", Waves(dtype, [4, 3], 0.3)),
        ];
    }

    /// <summary>Gives the model's variables their values.</summary>
    public void SetTrained()
    {
        foreach (GraphVariable variable in _graph.Builder.Variables(CollectionKeys.TrainableVariables))
        {
            _session.WriteVariable(variable.Name, Waves(variable.DType, variable.Shape));
        }
    }

    public void Steps(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            Run(_graph.Collections.Names(CollectionKeys.TrainOp)[^1], Feeds(_graph, i));
        }
    }

    public void AssertValues(Dictionary<string, double[]> expected, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), _session.Variables.Select(variable => variable.Name).Order(StringComparer.Ordinal));
        foreach ((string name, double[] values) in expected)
        {
            double[] found = Numbers(_session.ReadVariable(name)!);
            Assert.True(
                values.Length == found.Length && values.Zip(found).All(pair => Math.Abs(pair.First - pair.Second) <= tolerance * (1 + Math.Abs(pair.First))),
                $"{name}: expected {string.Join(", ", values)}; found {string.Join(", ", found)}");
        }
    }

    public void Dispose() => _session.Dispose();

    private void Run(string target, IEnumerable<(string Name, Tensor Value)> feeds) => _session
        .Prepare(new RunSignature([.. feeds.Select(feed => feed.Name)], [], [target]))
        .Run([.. feeds.Select(feed => feed.Value)], [], TestContext.Current.CancellationToken);

    private static double[] Numbers(Tensor tensor) => tensor.DType switch
    {
        DType.Float64 => tensor.Span<double>().ToArray(),
        DType.Float16 => [.. tensor.Span<Half>().ToArray().Select(value => (double)value)],
        DType.Int64 => [.. tensor.Span<long>().ToArray().Select(value => (double)value)],
        DType.Int32 => [.. tensor.Span<int>().ToArray().Select(value => (double)value)],
        _ => [.. tensor.Span<float>().ToArray().Select(value => (double)value)],
    };
}
