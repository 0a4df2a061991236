namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>Which case runs, and when none may.</summary>
public sealed class CaseTests
{
    [Theory]
    [InlineData(true, false, 10f)]
    [InlineData(false, true, 20f)]
    public void The_case_whose_predicate_is_true_runs(bool first, bool second, float expected)
    {
        Assert.Equal(expected, Run(first, second, exclusive: true));
        Assert.Equal(expected, Run(first, second, exclusive: false));
    }

    [Fact]
    public void The_default_runs_where_no_predicate_is_true() => Assert.Equal(30f, Run(false, false, exclusive: true));

    [Fact]
    public void The_first_of_several_runs_unless_only_one_may_be_true()
    {
        Assert.Equal(10f, Run(true, true, exclusive: false));
        EngineException error = Assert.Throws<EngineException>(() => Run(true, true, exclusive: true));
        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("more than 1 conditions (a:0, b:0) evaluated as True", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_default_one_must_be_true()
    {
        EngineException error = Assert.Throws<EngineException>(() => Run(false, false, exclusive: false));
        Assert.Contains("None of conditions evaluated as True", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_must_be_a_case() => Assert.Throws<ArgumentException>(() => new GraphBuilder().Case<GraphTensor>([]));

    private static float Run(bool first, bool second, bool exclusive)
    {
        GraphBuilder g = new();
        GraphTensor a = g.Placeholder(DType.Bool, Shape.Scalar, "a"), b = g.Placeholder(DType.Bool, Shape.Scalar, "b");
        // Without a default TensorFlow's check of at most one does not see the last case.
        Func<GraphTensor>? otherwise = exclusive ? () => g.Constant(30.0) : null;
        GraphTensor result = g.Case([(a, () => g.Constant(10.0)), (b, () => g.Constant(20.0))], otherwise, exclusive: exclusive);
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(1));
        Tensor[] value = new Tensor[1];
        session.Prepare(new RunSignature(["a:0", "b:0"], [result.Name], [])).Run([Tensor.Scalar(first), Tensor.Scalar(second)], value, TestContext.Current.CancellationToken);
        return value[0].ToScalar<float>();
    }
}
