using System.Numerics;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Tensors;

public sealed class TensorStatisticsTests
{
    [Fact]
    public void Statistics_are_those_of_all_elements()
    {
        TensorStatistics statistics = TensorStatistics.Of(Tensor.From([2f, 4f, 4f, 4f, 5f, 5f, 7f, 9f]))!;

        Assert.Equal((2d, 9d, 5d, 2d), (statistics.Minimum, statistics.Maximum, statistics.Mean, statistics.StandardDeviation));
        Assert.Equal((8L, 0L, 0d), (statistics.Count, statistics.NaNCount, statistics.ZeroShare));
    }

    [Fact]
    public void What_is_no_number_is_counted_and_left_out()
    {
        TensorStatistics statistics = TensorStatistics.Of(Tensor.From([float.NaN, 0f, -0f, 3f, float.NaN]))!;

        Assert.Equal((0d, 3d, 1d), (statistics.Minimum, statistics.Maximum, statistics.Mean));
        Assert.Equal((5L, 2L, 0.4), (statistics.Count, statistics.NaNCount, statistics.ZeroShare));
        Assert.Null(TensorStatistics.Of(Tensor.From([double.NaN]))!.Mean);
        Assert.Null(TensorStatistics.Of(Tensor.Zeros(DType.Float32, [0]))!.ZeroShare);
        Assert.Equal(1, TensorStatistics.Of(Tensor.From([double.PositiveInfinity, 1]))!.InfinityCount);
    }

    [Fact]
    public void A_mean_far_from_zero_does_not_blur_the_deviation()
    {
        // Of 0 and 1 in turns about 1e9: 0.5, over more than one piece.
        double[] numbers = [.. Enumerable.Range(0, 100_000).Select(i => 1e9 + i % 2)];

        Assert.Equal(0.5, TensorStatistics.Of(Tensor.From<double>(numbers))!.StandardDeviation!.Value, 1e-9);
    }

    [Fact]
    public void Every_type_of_numbers_has_them()
    {
        Assert.Equal(1.5, Maximum(Tensor.From([(Half)1.5, (Half)1])));
        Assert.Equal(ulong.MaxValue, Maximum(Tensor.From([0UL, ulong.MaxValue])));
        Assert.Equal(-1, Maximum(Tensor.From([(sbyte)-1, (sbyte)-128])));
        Assert.Equal(5, Maximum(Tensor.From([new Complex64(3, 4)])));
        Assert.Equal(13, Maximum(Tensor.From([new Complex(5, 12)])));
        Assert.Equal(0.5, TensorStatistics.Of(Tensor.From([true, false]))!.Mean);
        Assert.Null(TensorStatistics.Of(Tensor.Scalar("a")));
    }

    [Fact]
    public void A_checkpoints_tensor_is_measured_and_cut_without_being_read_as_a_whole()
    {
        using TemporaryFolder folder = new();
        float[] numbers = [.. Enumerable.Range(0, 300_000).Select(i => (float)Math.Sin(i))];
        string prefix = Checkpoints.Write(folder["model"], ("w", Tensor.From<float>(numbers, [3000, 100])), ("s", Tensor.FromStrings(["a", "b"], [2])));
        using CheckpointReader reader = CheckpointReader.Open(prefix);

        Assert.Equal(TensorStatistics.Of(Tensor.From<float>(numbers)), reader.Measure("w"));
        Assert.Null(reader.Measure("s"));
        Assert.Equal([numbers[299_999], numbers[199_999]], reader.Read("w", TensorSelection.Parse("-1:0:-1000, -1")).Span<float>().ToArray()[..2]);
        Assert.Equal("b", reader.Read("s", TensorSelection.Parse("1")).StringAt(0));
        Assert.Equal([0, 100], reader.Read("w", TensorSelection.Parse("5:2")).Shape);
    }

    private static double? Maximum(Tensor tensor) => TensorStatistics.Of(tensor)!.Maximum;
}
