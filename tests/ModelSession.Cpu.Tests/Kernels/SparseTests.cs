namespace ModelSessions.Tests.Kernels;

/// <summary>Sparse tensors, sets and ragged tensors; values of TensorFlow 2.16.</summary>
public sealed class SparseTests
{
    private static readonly Tensor s_places = Longs(3, 3, 0, 0, 1, 0, 2, 0, 1, 1, 1);
    private static readonly Tensor s_shape = Tensor.From<long>(2, 3, 2);
    private static readonly string[] s_splits = ["ROW_SPLITS"];

    [Theory]
    [InlineData(new[] { 1 }, false, new[] { 2f, 1, 0, 3 })]
    [InlineData(new[] { 0, 2 }, false, new[] { 1f, 3, 2 })]
    [InlineData(new[] { 0, 1, 2 }, true, new[] { 6f })]
    public void Sums_of_a_sparse_tensor_are_dense(int[] axes, bool keep, float[] expected)
    {
        Tensor[] sum = OpRun.Of("SparseReduceSum", new() { ["keep_dims"] = keep }, s_places, Tensor.From<float>(1, 2, 3), s_shape, Tensor.From<int>(axes));

        Assert.Equal(expected, sum[0].Span<float>().ToArray());
    }

    [Fact]
    public void Only_sums_of_two_elements_are_held_against_the_threshold()
    {
        Tensor[] sum = OpRun.Of(
            "SparseAdd", null, Longs(2, 2, 0, 0, 0, 1), Tensor.From(1, 0.05f), Tensor.From(2L, 2), Longs(2, 2, 0, 0, 1, 1), Tensor.From(-1f, 2), Tensor.From(2L, 2), Tensor.Scalar(0.1f));

        Assert.Equal([0, 1, 1, 1], sum[0].Span<long>().ToArray());
        Assert.Equal([0.05f, 2], sum[1].Span<float>().ToArray());
    }

    [Fact]
    public void Empty_rows_are_filled_and_rows_come_in_order()
    {
        Tensor[] filled = OpRun.Of(
            "SparseFillEmptyRows", null, Longs(3, 2, 2, 1, 0, 3, 2, 0), Tensor.From(1f, 2, 3), Tensor.From(4L, 4), Tensor.Scalar(9f));

        Assert.Equal([0, 3, 1, 0, 2, 1, 2, 0, 3, 0], filled[0].Span<long>().ToArray());
        Assert.Equal([2f, 9, 1, 3, 9], filled[1].Span<float>().ToArray());
        Assert.Equal([false, true, false, true], filled[2].Span<bool>().ToArray());
        Assert.Equal([2, 0, 3], filled[3].Span<long>().ToArray());
    }

    [Theory]
    [InlineData("a-b", new[] { 1 }, 1)]
    [InlineData("b-a", new[] { 9 }, 1)]
    [InlineData("intersection", new[] { 2, 3 }, 2)]
    [InlineData("union", new[] { 1, 2, 3, 9 }, 4)]
    public void Sets_are_sorted_without_repetition(string operation, int[] expected, long width)
    {
        Tensor[] set = OpRun.Of("DenseToDenseSetOperation", new() { ["set_operation"] = operation }, Tensor.From<int>([3, 1, 2, 3], [1, 4]), Tensor.From<int>([2, 3, 9], [1, 3]));

        Assert.Equal(expected, set[1].Span<int>().ToArray());
        Assert.Equal([1, width], set[2].Span<long>().ToArray());
    }

    [Fact]
    public void Softmax_results_stand_in_the_order_of_their_places()
    {
        Tensor[] softmax = OpRun.Of("SparseSoftmax", null, Longs(3, 2, 1, 1, 0, 0, 1, 0), Tensor.From(1f, 2, 3), Tensor.From(2L, 3));

        Assert.Equal([1f, 0.880797f, 0.119203f], softmax[0].Span<float>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-6f);
    }

    [Fact]
    public void Short_rows_of_a_ragged_tensor_are_filled_up_and_long_ones_cut_off()
    {
        Tensor[] dense = OpRun.Of(
            "RaggedTensorToTensor", new() { ["row_partition_types"] = s_splits },
            Tensor.From(-1L, 2), Tensor.From(1f, 2, 3, 4, 5), Tensor.Scalar(7f), Tensor.From(0L, 2, 2, 5));

        Assert.Equal([1f, 2, 7, 7, 3, 4], dense[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("SparseSlice")]
    [InlineData("SparseReorder")]
    public void Places_outside_of_the_shape_end_in_an_error_or_are_left_out(string type)
    {
        Tensor[] inputs = [Longs(1, 2, 5, -1), Tensor.From(1f), Tensor.From(2L, 2)];
        if (type == "SparseSlice")
        {
            Assert.Equal(0, OpRun.Of(type, null, [.. inputs, Tensor.From(0L, 0), Tensor.From(2L, 2)])[1].ElementCount);
            return;
        }

        using OpRun run = new(type, null, inputs);
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(run.Next).Code);
    }

    [Fact]
    public void Row_numbers_of_in_place_updates_count_round()
    {
        Tensor[] updated = OpRun.Of("InplaceUpdate", null, Tensor.From<float>([1, 2, 3, 4], [2, 2]), Tensor.From(-1), Tensor.From<float>([9, 8], [1, 2]));

        Assert.Equal([1f, 2, 9, 8], updated[0].Span<float>().ToArray());
    }

    [Fact]
    public void A_dimension_that_is_none_maps_to_the_first()
    {
        Assert.Equal([0, 2, 3, 1, 0, 1], OpRun.Of("DataFormatDimMap", null, Tensor.From(0, 1, 2, 3, -4, -1))[0].Span<int>().ToArray());
        Assert.Equal([0], OpRun.Of("DataFormatDimMap", null, Tensor.From(4))[0].Span<int>().ToArray());
    }

    private static Tensor Longs(long rows, long columns, params long[] values) => Tensor.From<long>(values, [rows, columns]);
}
