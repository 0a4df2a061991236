using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class PoolingTests
{
    private const float Lowest = float.MinValue;

    // Values and gradients of real TensorFlow 2.16 for one 2x2 window.
    public static TheoryData<float[], float, int> Windows { get; } = new()
    {
        { [float.NaN, 1, 2, 3], 3, 3 },
        { [1, float.NaN, 2, 3], 3, 3 },
        { [3, 2, 1, float.NaN], 3, 0 },
        { [1, float.NaN, 5, float.NaN], 5, 2 },
        { [float.NaN, float.NaN, float.NaN, float.NaN], Lowest, 0 },
        { [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], Lowest, 0 },
        { [float.NegativeInfinity, float.NegativeInfinity, float.NaN, float.NegativeInfinity], Lowest, 0 },
        { [0f, -0f, -0f, 0f], 0f, 0 },
        { [-0f, 0f, 0f, 0f], -0f, 0 },
        { [7, 7, 7, 7], 7, 0 },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Maximum_and_gradient_are_those_of_TensorFlow(float[] window, float maximum, int winner)
    {
        foreach (int channels in (int[])[1, 3, 8, 17])
        {
            PoolingGeometry geometry = new(1, WindowAxis.Valid(2, 2, 2), WindowAxis.Valid(2, 2, 2), channels);
            float[] input = [.. window.SelectMany(value => Enumerable.Repeat(value, channels))];
            float[] output = new float[channels];
            float[] gradient = new float[input.Length];
            MaxPooling.Forward<float>(geometry, input, output, WorkerPool.Single);
            MaxPooling.Backward<float>(geometry, input, [.. Enumerable.Repeat(2f, channels)], gradient, WorkerPool.Single);
            Assert.All(output, value => Assert.Equal(BitConverter.SingleToInt32Bits(maximum), BitConverter.SingleToInt32Bits(value)));
            Assert.Equal(Enumerable.Range(0, 4).SelectMany(tap => Enumerable.Repeat(tap == winner ? 2f : 0f, channels)), gradient);
        }
    }

    [Theory]
    [InlineData(new[] { float.NaN, 1, 2, 3 }, float.NaN, 0)]
    [InlineData(new[] { 1, float.NaN, 2, 3 }, 3f, 3)]
    [InlineData(new[] { 5f, 5, 1, 5 }, 5f, 0)]
    public void Positions_keep_a_nan_that_comes_first(float[] window, float maximum, long position)
    {
        PoolingGeometry geometry = new(2, WindowAxis.Valid(2, 2, 2), WindowAxis.Valid(2, 2, 2), 1);
        float[] output = new float[2];
        long[] positions = new long[2];
        MaxPooling.ForwardWithPositions<float>(geometry, [.. window, .. window], output, positions, includeBatch: true, WorkerPool.Single);
        Assert.Equal([maximum, maximum], output);
        Assert.Equal([position, position + 4], positions);
        MaxPooling.ForwardWithPositions<float>(geometry, [.. window, .. window], output, positions, includeBatch: false, WorkerPool.Single);
        Assert.Equal([position, position], positions);
    }

    [Fact]
    public void Overlapping_windows_add_their_gradients()
    {
        PoolingGeometry geometry = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(4, 2, 1), 1);
        float[] gradient = new float[4];
        MaxPooling.Backward<float>(geometry, [1, 9, 2, 2], [1, 10, 100], gradient, WorkerPool.Single);
        Assert.Equal([0, 11, 100, 0], gradient);
        AveragePooling.Backward<float>(geometry, [2, 4, 6], gradient, WorkerPool.Single);
        Assert.Equal([1, 3, 5, 3], gradient);
    }

    [Fact]
    public void Padding_neither_wins_nor_counts()
    {
        PoolingGeometry geometry = new(1, WindowAxis.Same(3, 2, 2), WindowAxis.Same(3, 2, 2), 1);
        float[] input = [-1, -2, -3, -4, -5, -6, -7, -8, -9];
        float[] output = new float[4];
        MaxPooling.Forward<float>(geometry, input, output, WorkerPool.Single);
        Assert.Equal([-1, -3, -7, -9], output);
        AveragePooling.Forward<float>(geometry, input, output, WorkerPool.Single);
        Assert.Equal([-3, -4.5f, -7.5f, -9], output);
        float[] gradient = new float[9];
        AveragePooling.Backward<float>(geometry, [4, 4, 4, 4], gradient, WorkerPool.Single);
        Assert.Equal([1, 1, 2, 1, 1, 2, 2, 2, 4], gradient);
    }

    [Fact]
    public void Integers_and_halves_are_pooled()
    {
        PoolingGeometry geometry = new(1, WindowAxis.Valid(1, 1, 1), WindowAxis.Valid(2, 2, 2), 1);
        int[] integers = new int[1];
        MaxPooling.Forward<int>(geometry, [int.MinValue, -3], integers, WorkerPool.Single);
        Assert.Equal(-3, integers[0]);
        Half[] halves = new Half[1];
        MaxPooling.Forward<Half>(geometry, [(Half)2, (Half)3], halves, WorkerPool.Single);
        Assert.Equal((Half)3, halves[0]);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        PoolingGeometry geometry = new(5, WindowAxis.Same(11, 3, 2), WindowAxis.Same(9, 3, 2), 19);
        Random random = new(3);
        float[] input = [.. Enumerable.Range(0, (int)geometry.InputCount).Select(_ => random.NextSingle())];
        float[] gradient = [.. Enumerable.Range(0, (int)geometry.OutputCount).Select(_ => random.NextSingle())];
        Assert.Equal(Run(WorkerPool.Single), Run(new WorkerPool(3)));

        float[][] Run(WorkerPool pool)
        {
            float[][] results = [new float[gradient.Length], new float[input.Length], new float[gradient.Length], new float[input.Length]];
            MaxPooling.Forward<float>(geometry, input, results[0], pool);
            MaxPooling.Backward<float>(geometry, input, gradient, results[1], pool);
            AveragePooling.Forward<float>(geometry, input, results[2], pool);
            AveragePooling.Backward<float>(geometry, gradient, results[3], pool);
            return results;
        }
    }
}
