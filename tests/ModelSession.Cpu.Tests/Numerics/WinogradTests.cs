using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class WinogradTests
{
    [Theory]
    [InlineData(3, 14, 14, 5, 32, 64, "SAME")]
    [InlineData(2, 9, 13, 5, 16, 48, "SAME")]
    [InlineData(3, 13, 9, 5, 48, 16, "VALID")]
    [InlineData(9, 7, 7, 3, 32, 64, "SAME")]
    [InlineData(2, 19, 22, 3, 16, 16, "SAME")]
    [InlineData(3, 23, 17, 3, 48, 32, "VALID")]
    [InlineData(2, 23, 17, 3, 16, 32, "EXPLICIT")]
    [InlineData(1, 40, 100, 3, 80, 96, "SAME")]
    [InlineData(1, 14, 14, 5, 512, 16, "SAME")]
    public void Results_agree_with_sums_of_doubles(
        int batch, int height, int width, int window, int inputChannels, int outputChannels, string padding)
    {
        ConvolutionGeometry geometry = new(batch, Axis(padding, height, window), Axis(padding, width, window), inputChannels, outputChannels);
        Assert.True(WinogradChoice.Suits(geometry));
        float[] input = Values(geometry.InputCount, 1);
        float[] filter = Values(geometry.FilterCount, 2);
        float[] gradient = Values(geometry.OutputCount, 3);
        float[] bias = Values(outputChannels, 4);
        double[][] expected = [new double[gradient.Length], new double[input.Length], new double[filter.Length]];
        Workspace workspace = new();
        WorkerPool two = new(2);
        Convolution.Forward<double>(geometry, Wide(input), Wide(filter), expected[0], new Epilogue<double>(Wide(bias), Activation.Relu), two, workspace);
        Convolution.BackwardInput<double>(geometry, Wide(filter), Wide(gradient), expected[1], two, workspace);
        Convolution.BackwardFilter<double>(geometry, Wide(input), Wide(gradient), expected[2], two, workspace);
        float[][] single = Run(WorkerPool.Single);
        for (int i = 0; i < expected.Length; i++)
        {
            double scale = Math.Sqrt(expected[i].Average(value => value * value));
            double worst = expected[i].Zip(single[i], (x, y) => Math.Abs(x - y)).Max();
            Assert.True(worst <= 2e-5 * scale, $"result {i}: off by {worst}, scale {scale}");
        }

        Assert.Equal(single, Run(new WorkerPool(3)));

        float[][] Run(WorkerPool pool)
        {
            float[][] results = [new float[gradient.Length], new float[input.Length], new float[filter.Length]];
            Workspace scratch = new();
            Convolution.Forward<float>(geometry, input, filter, results[0], new Epilogue<float>(bias, Activation.Relu), pool, scratch);
            Convolution.BackwardInput<float>(geometry, filter, gradient, results[1], pool, scratch);
            Convolution.BackwardFilter<float>(geometry, input, gradient, results[2], pool, scratch);
            return results;
        }
    }

    [Fact]
    public void An_image_has_the_same_bits_in_every_batch()
    {
        ConvolutionGeometry many = new(3, WindowAxis.Same(14, 5, 1), WindowAxis.Same(14, 5, 1), 32, 64);
        ConvolutionGeometry one = many with { Batch = 1 };
        float[] input = Values(many.InputCount, 1);
        float[] filter = Values(many.FilterCount, 2);
        float[] all = new float[many.OutputCount];
        float[] last = new float[one.OutputCount];
        Convolution.Forward<float>(many, input, filter, all, default, new WorkerPool(2), new Workspace());
        Convolution.Forward<float>(one, input.AsSpan(2 * last.Length / 2), filter, last, default, new WorkerPool(2), new Workspace());
        Assert.Equal(all.AsSpan(2 * last.Length).ToArray(), last);
    }

    [Fact]
    public void Filters_at_the_points_give_back_what_they_were()
    {
        // The polynomial 1 + 2x has these values at the points; its coefficients are those of the two taps.
        double[] points = [0, WinogradPoints.A, -WinogradPoints.A, WinogradPoints.B, -WinogradPoints.B];
        for (int i = 1; i < points.Length; i++)
        {
            double ratio = WinogradPoints.Filter(i, 1, 2) / WinogradPoints.Filter(i, 0, 2);
            Assert.Equal(points[i], ratio, 1e-15);
        }

        Assert.Equal([0, 0, 1], [WinogradPoints.Filter(5, 0, 3), WinogradPoints.Filter(5, 1, 3), WinogradPoints.Filter(5, 2, 3)]);
    }

    private static WindowAxis Axis(string padding, int input, int window) => padding switch
    {
        "SAME" => WindowAxis.Same(input, window, 1),
        "VALID" => WindowAxis.Valid(input, window, 1),
        _ => WindowAxis.Explicit(input, window, 1, 1, 3, 0),
    };

    private static double[] Wide(float[] values) => [.. values.Select(value => (double)value)];

    private static float[] Values(long count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
