namespace ModelSessions.Tests.Kernels;

/// <summary>Cells of recurrent networks and losses without alignment, with TensorFlow 2.16's values.</summary>
public sealed class SequenceTests
{
    private static readonly Tensor s_logits = Sample(5, 2, 4);
    private static readonly Tensor s_lengths = Tensor.From(5, 3);

    [Fact]
    public void The_loss_without_alignment_and_its_gradient()
    {
        Tensor[] results = Loss(Tensor.From<long>([0, 0, 0, 1, 1, 0], [3, 2]), Tensor.From(1, 1, 2), s_lengths);

        AssertClose([4.6123714f, 2.8142638f], results[0].Span<float>());
        AssertClose(
            [0.101536326f, -0.46127227f, 0.27600434f, 0.08373162f, 0.18048011f, 0.29756138f, -0.46070877f, -0.01733267f],
            results[1].Span<float>()[..8]);
    }

    [Theory]
    [InlineData(new long[] { 0, 1, 0, 0, 1, 0 }, new[] { 1, 1, 2 }, new[] { 5, 3 })]
    [InlineData(new long[] { 0, 0, 0, 1, 7, 0 }, new[] { 1, 1, 2 }, new[] { 5, 3 })]
    [InlineData(new long[] { 0, 0, 0, 1, 1, 0 }, new[] { 1, -1, 2 }, new[] { 5, 3 })]
    [InlineData(new long[] { 0, 0, 0, 1, 1, 0 }, new[] { 1, 1, 2 }, new[] { 5, 9 })]
    [InlineData(new long[] { 0, 0, 0, 1, 1, 0 }, new[] { 1, 1, 2 }, new[] { 1, 3 })]
    [InlineData(new long[] { 0, 0, 0, 1, 0, 2 }, new[] { 1, 1, 2 }, new[] { 5, 3 })]
    public void Labels_and_lengths_that_do_not_fit_are_refused(long[] indices, int[] values, int[] lengths) => Assert.Equal(
        StatusCode.InvalidArgument,
        Assert.Throws<EngineException>(() => Loss(Tensor.From<long>(indices, [3, 2]), Tensor.From<int>(values), Tensor.From<int>(lengths))).Code);

    [Fact]
    public void The_best_sequences_over_all_paths()
    {
        NodeAttributes attributes = new() { ["beam_width"] = 10, ["top_paths"] = 2, ["merge_repeated"] = false };

        Tensor[] results = OpRun.Of("CTCBeamSearchDecoder", attributes, s_logits, s_lengths);

        Assert.Equal([2, 1, 0, 2, 0], results[2].Span<long>().ToArray());
        Assert.Equal([1, 0, 1, 0], results[3].Span<long>().ToArray());
        AssertClose([-1.8040898f, -2.2317684f, -1.5421987f, -2.0494149f], results[6].Span<float>());
    }

    [Fact]
    public void The_best_path()
    {
        Tensor[] results = OpRun.Of("CTCGreedyDecoder", new() { ["merge_repeated"] = true }, s_logits, s_lengths);

        Assert.Equal([1, 0, 2, 0], results[1].Span<long>().ToArray());
        AssertClose([-5, -3], results[3].Span<float>());
    }

    [Theory]
    [InlineData(false, new[] { -0.14098963f, 0.04243736f, 0.014084282f, 0.083996154f })]
    [InlineData(true, new[] { -0.3261554f, 0.062079083f, 0.016866932f, 0.0722905f })]
    public void A_long_short_term_memory_of_two_steps(bool peephole, float[] expected)
    {
        NodeAttributes attributes = new() { ["use_peephole"] = peephole, ["cell_clip"] = 0.5f };

        Tensor[] results = OpRun.Of(
            "BlockLSTMV2", attributes, Tensor.Scalar(2L), Sample(2, 1, 2), Sample(1, 2), Sample(1, 2), Sample(4, 8), Sample(2), Sample(2), Sample(2), Sample(8));

        AssertClose(expected, results[6].Span<float>());
    }

    [Fact]
    public void A_gated_recurrent_unit() => AssertClose(
        [-0.73957264f, -0.4404416f],
        OpRun.Of("GRUBlockCell", null, Sample(1, 2), Sample(1, 2), Sample(4, 4), Sample(4, 2), Sample(4), Sample(2))[3].Span<float>());

    private static Tensor[] Loss(Tensor indices, Tensor values, Tensor lengths) => OpRun.Of("CTCLoss", null, s_logits, indices, values, lengths);

    private static Tensor Sample(params long[] shape)
    {
        Shape sizes = new(shape);
        return Tensor.From<float>([.. Enumerable.Range(0, (int)sizes.ElementCount).Select(i => (i * 7919 % 13 - 6) / 4f)], sizes);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
