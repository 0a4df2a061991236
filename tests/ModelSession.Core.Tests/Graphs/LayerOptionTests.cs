namespace ModelSessions.Tests.Graphs;

/// <summary>Options of layers by the numbers that come out; expected ones are TensorFlow's (tf.nn.conv2d and its kin), or sums of exponentials.</summary>
public sealed class LayerOptionTests
{
    private static readonly float[] s_squares = [24, 28, 32, 44, 48, 52, 64, 68, 72];

    [Fact]
    public void Filters_look_at_places_as_far_apart_as_the_dilation_rate_says()
    {
        GraphBuilder g = new();
        GraphTensor image = g.Constant(Tensor.From<float>([.. Enumerable.Range(0, 25).Select(i => (float)i)], [1, 5, 5, 1]));
        GraphTensor line = g.Constant(Tensor.From<float>([0, 1, 2, 3, 4, 5], [1, 6, 1]));
        ConvolutionOptions sums = new() { UseBias = false, KernelInitializer = Initializers.Ones, DilationRate = [2] };
        float[][] found = Run(
            g,
            g.Layers.Conv2D(image, 1, [2, 2], sums),
            g.Layers.Conv2D(image, 1, [2, 2], sums with { DilationRate = [1, 3], Padding = "same" }),
            g.Layers.Conv1D(line, 1, [3], sums),
            g.Layers.DepthwiseConv2D(image, [2, 2], sums with { DepthwiseInitializer = Initializers.Ones }));
        Assert.Equal(s_squares, found[0]);
        Assert.Equal([9, 16, 20, 9, 11, 19, 36, 40, 19, 21, 29, 56, 60, 29, 31, 39, 76, 80, 39, 41, 22, 43, 45, 22, 23], found[1]);
        Assert.Equal([6, 9], found[2]);
        Assert.Equal(s_squares, found[3]);
        Assert.Throws<ArgumentException>(() => g.Layers.Conv2D(image, 1, [2, 2], sums with { DilationRate = [1, 2, 3] }));
    }

    [Fact]
    public void Places_beyond_the_lengths_have_the_score_of_the_mask()
    {
        GraphBuilder g = new();
        GraphTensor lengths = g.Constant(Tensor.From<int>([2], [1]));
        GraphTensor score = g.Constant(Tensor.From<float>([1, 2, 5], [1, 3])), query = g.Constant(Tensor.From<float>([1, 2], [1, 2]));
        GraphTensor memory = g.Constant(Tensor.From<float>([1, 0, 0, 1, 1, 1], [1, 3, 2]));
        AttentionOptions looked = new() { MemoryLengths = lengths };
        float[][] found = Run(
            g,
            g.Softmax(g.Seq2Seq.MaskScore(score, lengths)),
            g.Softmax(g.Seq2Seq.MaskScore(score, lengths, 0)),
            g.Seq2Seq.LuongScore(query, memory),
            g.Seq2Seq.LuongAttention(2, memory, looked).Align(g, query),
            g.Seq2Seq.LuongAttention(2, memory, looked with { ScoreMask = 0, Name = "open" }).Align(g, query));
        double e = Math.E;
        Near([e / (e + (e * e)), e * e / (e + (e * e)), 0], found[0]);
        Near([e / (e + (e * e) + 1), e * e / (e + (e * e) + 1), 1 / (e + (e * e) + 1)], found[1]);
        Assert.Equal([1, 2, 3], found[2]);
        Assert.Equal(0, found[3][2]);
        Assert.InRange(found[4][2], 1e-3f, 1f);
        Assert.Equal(1, found[4].Sum(), 1e-6);
    }

    private static void Near(double[] expected, float[] found) => Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

    private static float[][] Run(GraphBuilder g, params GraphTensor[] wanted)
    {
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        session.Prepare(new RunSignature([], [], [g.InitializeVariables().Name])).Run([], [], TestContext.Current.CancellationToken);
        Tensor[] found = new Tensor[wanted.Length];
        session.Prepare(new RunSignature([], [.. wanted.Select(tensor => tensor.Name)], [])).Run([], found, TestContext.Current.CancellationToken);
        return [.. found.Select(tensor => tensor.Span<float>().ToArray())];
    }
}
