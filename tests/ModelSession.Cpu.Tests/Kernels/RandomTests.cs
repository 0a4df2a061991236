namespace ModelSessions.Tests.Kernels;

/// <summary>Numbers that TensorFlow 2.16 draws with the same seeds.</summary>
public sealed class RandomTests
{
    private static readonly NodeAttributes s_seeds = new() { ["seed"] = 3, ["seed2"] = 4 };

    [Theory]
    [InlineData(DType.Int64)]
    [InlineData(DType.Float16)]
    public void Poisson_numbers_do_not_depend_on_the_rates_type(DType rates)
    {
        NodeAttributes attributes = new() { ["seed"] = 3, ["seed2"] = 4, ["dtype"] = DType.Int64 };
        Tensor rate = rates == DType.Int64 ? Tensor.From(3L, 20L) : Tensor.From((Half)3, (Half)20);

        Tensor[] results = OpRun.Of("RandomPoissonV2", attributes, Tensor.From(6), rate);

        Assert.Equal([4, 22, 2, 20, 3, 24, 4, 26, 1, 24, 5, 18], results[0].Span<long>().ToArray());
    }

    [Fact]
    public void Gamma_numbers()
    {
        Tensor[] results = OpRun.Of("StatelessRandomGammaV2", null, Tensor.From(2, 3), Tensor.From(3, 4), Tensor.From(.3f, 1, 4));

        AssertClose([3.9803465e-03f, 7.9358436e-02f, 1.2474911e+01f, 9.8301932e-02f, 7.9344302e-01f, 5.0054469f], results[0]);
    }

    [Fact]
    public void Binomial_numbers()
    {
        NodeAttributes attributes = new() { ["dtype"] = DType.Int32 };
        Tensor[] results = OpRun.Of(
            "StatelessRandomBinomial", attributes, Tensor.From(3, 4), Tensor.From(3, 4), Tensor.From(5f, 40, 100, 30), Tensor.From(.3f, .4f, .9f, .1f));

        Assert.Equal([3, 16, 92, 4, 3, 12, 88, 1, 0, 21, 91, 3], results[0].Span<int>().ToArray());
    }

    // Each of the ways of rejection.
    [Fact]
    public void Normal_numbers_between_bounds()
    {
        Tensor[] results = OpRun.Of(
            "StatelessParameterizedTruncatedNormal", null, Tensor.From(2, 4), Tensor.From(3, 4),
            Tensor.From(0f, 1, 2, 0), Tensor.Scalar(1f), Tensor.From(-1f, 2, float.NegativeInfinity, -3), Tensor.From(1f, 9, 1, 3));

        AssertClose([-0.5134251f, 2.2155235f, 0.51631284f, -0.8961993f, -0.06415963f, 3.1830993f, 0.74018145f, 0.29116505f], results[0]);
    }

    [Fact]
    public void Indices_are_shuffled_without_a_table()
    {
        Tensor[] results = OpRun.Of("RandomIndexShuffle", null, Tensor.From(0, 1, 2, 3, 4, 5, 6), Tensor.From(1, 2, 3), Tensor.Scalar(6));

        Assert.Equal([2, 0, 6, 4, 5, 1, 3], results[0].Span<int>().ToArray());
    }

    [Fact]
    public void An_index_that_is_not_among_those_shuffled_ends_in_one_of_them_or_in_an_error()
    {
        for (int index = 60000; index < 60050; index++)
        {
            try
            {
                Assert.InRange(OpRun.Of("RandomIndexShuffle", null, Tensor.Scalar(index), Tensor.From(1, 2, 3), Tensor.Scalar(1))[0].Span<int>()[0], 0, 1);
            }
            catch (EngineException e)
            {
                Assert.Equal(StatusCode.InvalidArgument, e.Code);
            }
        }
    }

    [Fact]
    public void Candidates_follow_the_classes_that_were_seen()
    {
        NodeAttributes attributes = new()
        {
            ["num_true"] = 2, ["num_sampled"] = 5, ["unique"] = true, ["range_max"] = 13, ["seed"] = 4, ["seed2"] = 7,
        };
        using OpRun run = new("LearnedUnigramCandidateSampler", attributes, Tensor.From<long>([3, 4, 0, 12], [2, 2]));

        Assert.Equal([4, 12, 10, 9, 2], run.Next()[0].Span<long>().ToArray());
        Tensor[] second = run.Next();
        Assert.Equal([0, 3, 4, 12, 7], second[0].Span<long>().ToArray());
        AssertClose([0.58361375f, 0.58361375f, 0.58361375f, 0.58361375f, 0.34581974f], second[2]);
        Assert.Equal([2, 12, 5, 4, 6], run.Next()[0].Span<long>().ToArray());
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        float[][] results = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using OpRun run = new("RandomGamma", threads, s_seeds, Tensor.From(3001), Tensor.From(.5f, 2, 1));
            return run.Next()[0].Span<float>().ToArray();
        })];

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Theory]
    [InlineData("RandomPoissonV2")]
    [InlineData("RandomGamma")]
    public void Nan_as_a_parameter_does_not_hang(string type)
    {
        try
        {
            OpRun.Of(type, s_seeds, Tensor.From(2), Tensor.From(float.NaN));
        }
        catch (EngineException e)
        {
            Assert.Equal(StatusCode.InvalidArgument, e.Code);
        }
    }

    private static void AssertClose(float[] expected, Tensor actual)
    {
        float[] values = actual.Span<float>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * Math.Max(1, Math.Abs(pair.First))));
    }
}
