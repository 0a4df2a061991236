namespace ModelSessions.Tests.Tensors;

public sealed class TensorSelectionTests
{
    [Fact]
    public void An_index_gives_an_element_or_a_part()
    {
        Tensor tensor = Tensor.From<int>([.. Enumerable.Range(0, 24)], [2, 3, 4]);
        Assert.Equal(new object[] { 23, 6, "c" }, [tensor[1, 2, 3], tensor[0, "1", 2L], Tensor.FromStrings(["a", "b", "c"], [3])[-1]]);
        Assert.Equal([16, 17, 18, 19], ((Tensor)tensor[1, 1]).Span<int>().ToArray());
        Assert.Equal([4, 0], ((Tensor)tensor[0, "1::-1", 0]).Span<int>().ToArray());
        Assert.Equal(StatusCode.OutOfRange, Assert.Throws<GraphException>(() => tensor[2]).Code);
    }

    // What NumPy gives for np.arange(24).reshape(2, 3, 4)[...].
    [Theory]
    [InlineData("", "[2, 3, 4]", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 })]
    [InlineData("1, 2, 3", "[]", new[] { 23 })]
    [InlineData("-1, -1, -1", "[]", new[] { 23 })]
    [InlineData("0:3, :, -1", "[2, 3]", new[] { 3, 7, 11, 15, 19, 23 })]
    [InlineData("..., 0", "[2, 3]", new[] { 0, 4, 8, 12, 16, 20 })]
    [InlineData("0, ...", "[3, 4]", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    [InlineData("1, ..., 0", "[3]", new[] { 12, 16, 20 })]
    [InlineData("0, 0, ::2", "[2]", new[] { 0, 2 })]
    [InlineData("0, 0, ::-1", "[4]", new[] { 3, 2, 1, 0 })]
    [InlineData("0, 0, -2:", "[2]", new[] { 2, 3 })]
    [InlineData("0, 0, :-2", "[2]", new[] { 0, 1 })]
    [InlineData("0, 0, 3:0:-2", "[2]", new[] { 3, 1 })]
    [InlineData("0, 0, -100:100", "[4]", new[] { 0, 1, 2, 3 })]
    [InlineData("0, 0, 100:-100:-3", "[2]", new[] { 3, 0 })]
    [InlineData("0, 0, 2:2", "[0]", new int[0])]
    [InlineData("[1, 1:2]", "[1, 4]", new[] { 16, 17, 18, 19 })]
    [InlineData("::-1, 0, 0", "[2]", new[] { 12, 0 })]
    [InlineData("0,", "[3, 4]", new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    public void Parts_are_numpys(string slice, string shape, int[] expected)
    {
        Tensor tensor = Tensor.From<int>([.. Enumerable.Range(0, 24)], [2, 3, 4]);

        Tensor part = TensorSelection.Parse(slice).In(tensor.Shape).Take(tensor);

        Assert.Equal(shape, part.Shape.ToString());
        Assert.Equal(expected, part.Span<int>().ToArray());
    }

    [Theory]
    [InlineData("3", StatusCode.OutOfRange, "dimension 0")]
    [InlineData("0, -5", StatusCode.OutOfRange, "dimension 1")]
    [InlineData("0, 0, 0", StatusCode.InvalidArgument, "3 dimensions")]
    [InlineData("a", StatusCode.InvalidArgument, "no slice")]
    [InlineData("0:1:2:3", StatusCode.InvalidArgument, "no slice")]
    [InlineData("0, , 1", StatusCode.InvalidArgument, "no slice")]
    [InlineData("::0", StatusCode.InvalidArgument, "step 0")]
    [InlineData("..., ...", StatusCode.InvalidArgument, "more than once")]
    [InlineData("99999999999999999999", StatusCode.InvalidArgument, "no slice")]
    public void What_is_no_part_is_refused(string slice, StatusCode code, string message)
    {
        GraphException error = Assert.Throws<GraphException>(() => TensorSelection.Parse(slice).In([3, 4]));

        Assert.Equal(code, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_at_the_ends_of_the_numbers_are_bounds_like_others()
    {
        Assert.Equal([4], TensorSelection.Parse("-9223372036854775808:9223372036854775807").In([4]).Shape);
        Assert.Equal([1], TensorSelection.Parse("::9223372036854775807").In([4]).Shape);
        Assert.Equal([1], TensorSelection.Parse("::-9223372036854775808").In([4]).Shape);
    }

    [Fact]
    public void Values_are_put_where_they_would_be_taken_from()
    {
        Tensor target = Tensor.Zeros(DType.Int32, [2, 3]);

        TensorSelection.Parse(":, ::-2").In(target.Shape).Put(Tensor.From<int>([1, 2, 3, 4], [2, 2]), target);

        Assert.Equal([2, 0, 1, 4, 0, 3], target.Span<int>().ToArray());
    }

    [Fact]
    public void Texts_have_parts_too() =>
        Assert.Equal("c", TensorSelection.Parse("-1").In([3]).Take(Tensor.FromStrings(["a", "b", "c"], [3])).StringAt(0));
}
