namespace ModelSessions.Tests.Tensors;

/// <summary>What TensorFlow 2.16 says of its types (<c>DType.is_integer</c> and its kin) and shapes (<c>is_compatible_with</c>).</summary>
public sealed class TypeAndShapeTests
{
    private static readonly int[] s_integers = [3, 4, 5, 6, 9, 17, 22, 23, 29, 30], s_floating = [1, 2, 14, 19], s_complex = [8, 18], s_quantised = [11, 12, 13, 15, 16];

    [Fact]
    public void Each_type_is_of_the_kind_that_TensorFlow_says()
    {
        int[] all = [.. Enumerable.Range(1, 23), 29, 30];
        Assert.All(all, number => Assert.Equal(
            (s_integers.Contains(number), s_floating.Contains(number), s_complex.Contains(number), s_quantised.Contains(number), number is 7 or 20 or 21),
            ((DType)number is var type && type.IsInteger(), type.IsFloating(), type.IsComplex(), type.IsQuantised(), type.IsObject())));
    }

    [Fact]
    public void Shapes_fit_where_some_shape_is_both()
    {
        Assert.True(new Shape([2, -1]).IsCompatibleWith(new Shape([-1, 3])));
        Assert.False(new Shape([2]).IsCompatibleWith(new Shape([3])));
        Assert.True(Shape.Unknown.IsCompatibleWith(new Shape([1, 2])));
        Assert.False(new Shape([1]).IsCompatibleWith(new Shape([1, 1])));
        Assert.True(Shape.Scalar.IsCompatibleWith(Shape.Scalar));
        Assert.True(Shape.OfRank(1).IsCompatibleWith(new Shape([0])));
        Assert.Equal("[?, ?]", Shape.OfRank(2).ToString());
    }
}
