using ModelSessions.Protos;

namespace ModelSessions.Tests.Execution;

public sealed class GeneratorTests
{
    [Fact]
    public void A_node_goes_on_in_its_stream_with_each_run()
    {
        using GraphSketch g = Sketch();

        Assert.NotEqual(Numbers(g), Numbers(g));
    }

    [Fact]
    public void Each_session_starts_the_stream_anew()
    {
        using GraphSketch a = Sketch(), b = Sketch();

        Assert.Equal(Numbers(a), Numbers(b));
    }

    [Fact]
    public void A_captured_state_brings_the_numbers_back()
    {
        using GraphSketch g = Sketch();
        Numbers(g);
        EngineState state = g.Session.CaptureState();
        float[] next = Numbers(g);

        g.Session.RestoreState(state);

        Assert.Equal(next, Numbers(g));
    }

    [Fact]
    public void A_state_captured_before_the_first_run_starts_anew()
    {
        using GraphSketch g = Sketch();
        EngineState state = g.Session.CaptureState();
        float[] first = Numbers(g);

        g.Session.RestoreState(state);

        Assert.Equal(first, Numbers(g));
    }

    [Fact]
    public void A_state_fits_another_session_of_the_same_graph_that_has_not_run()
    {
        using GraphSketch a = Sketch(), b = Sketch();
        Numbers(a);
        b.Session.RestoreState(a.Session.CaptureState());

        Assert.Equal(Numbers(a), Numbers(b));
    }

    [Fact]
    public void Seeds_of_chance_differ_between_sessions()
    {
        using GraphSketch a = Sketch(seed: 0), b = Sketch(seed: 0);

        Assert.NotEqual(Numbers(a), Numbers(b));
    }

    [Theory]
    [InlineData("RandomUniform")]
    [InlineData("RandomStandardNormal")]
    [InlineData("TruncatedNormal")]
    public void The_number_of_threads_changes_no_bit(string op)
    {
        float[][] results = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using GraphSketch g = Sketch(op, size: 50_001, threads: threads);
            return Numbers(g);
        })];

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    private static GraphSketch Sketch(string op = "RandomUniform", long seed = 12, int size = 10, int threads = 2)
    {
        GraphSketch g = new(threads);
        g.Node(op, "r", [g.Const("shape", Tensor.From(size))], ("dtype", GraphSketch.Type(DType.Float32)), ("seed", new AttrValue { I = seed }));
        return g;
    }

    private static float[] Numbers(GraphSketch g) => g.Run("r:0").Span<float>().ToArray();
}
