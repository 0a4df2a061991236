namespace ModelSessions.Tests.Kernels;

public sealed class ReductionTests
{
    [Theory]
    [InlineData]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 3)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 1, 2, 3)]
    public void Sums_run_over_the_given_axes(params int[] axes)
    {
        long[] shape = [3, 4, 5, 6];
        using GraphSketch g = new();
        GraphTensor x = g.Placeholder("x", [-1, -1, -1, -1], DType.Int32);
        g.Node("Sum", "y", [x, g.Const("axes", Tensor.From<int>(axes))]);
        int[] values = [.. Enumerable.Range(0, 360).Select(i => i * 7919 % 1000)];

        Tensor y = g.Run("y:0", ("x:0", Tensor.From<int>(values, new Shape(shape))));

        Assert.Equal(Expected(values, shape, axes), y.Span<int>().ToArray());
    }

    [Theory]
    [InlineData(1_000_003, 1)]
    [InlineData(20_011, 32)]
    public void The_number_of_threads_changes_no_bit(int rows, int columns)
    {
        Random random = new(5);
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)];
        float[][] sums = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using GraphSketch g = new(threads);
            g.Node("Sum", "y", [g.Placeholder("x", [-1, -1]), g.Const("axes", Tensor.From(0))]);
            return g.Run("y:0", ("x:0", Tensor.From<float>(values, [rows, columns]))).Span<float>().ToArray();
        })];

        Assert.Equal(sums[0], sums[1]);
        Assert.Equal(sums[0], sums[2]);
        Assert.Equal(values.Where((_, i) => i % columns == 0).Sum(value => (double)value), sums[0][0], 1e-2);
    }

    [Fact]
    public void Mean_over_no_elements_is_nan()
    {
        using GraphSketch g = new();
        g.Node("Mean", "y", [g.Placeholder("x", [-1]), g.Const("axes", Tensor.From(0))]);

        Assert.Equal(float.NaN, g.Run("y:0", ("x:0", Tensor.From<float>([]))).ToScalar<float>());
    }

    private static int[] Expected(int[] values, long[] shape, int[] axes)
    {
        SortedDictionary<long, int> sums = [];
        for (int i = 0; i < values.Length; i++)
        {
            long rest = i, key = 0, scale = 1;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                if (!axes.Contains(axis))
                {
                    key += rest % shape[axis] * scale;
                    scale *= shape[axis];
                }

                rest /= shape[axis];
            }

            sums[key] = sums.GetValueOrDefault(key) + values[i];
        }

        return [.. sums.Values];
    }
}
