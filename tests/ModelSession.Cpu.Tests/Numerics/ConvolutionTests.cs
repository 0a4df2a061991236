using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class ConvolutionTests
{
    public static TheoryData<int, int, int, int, int> Shapes { get; } = new()
    {
        // Batch, height, width, input channels, output channels.
        { 0, 5, 5, 1, 2 },
        { 1, 1, 1, 1, 1 },
        { 2, 7, 6, 3, 5 },
        { 3, 9, 14, 1, 32 },
        { 2, 4, 15, 8, 40 },
        { 1, 4, 29, 5, 33 },
        { 2, 11, 3, 16, 16 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolutions_agree_with_mathematics(int batch, int height, int width, int inputChannels, int outputChannels)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(1, 1), (3, 3), (5, 5), (2, 3), (1, 4)])
        {
            foreach ((int stride, int dilation) in ((int, int)[])[(1, 1), (2, 1), (3, 1), (1, 2)])
            {
                foreach (string padding in (string[])["SAME", "VALID", "EXPLICIT"])
                {
                    ConvolutionGeometry geometry = new(
                        batch, Axis(padding, height, rows, stride, dilation), Axis(padding, width, columns, stride, dilation),
                        inputChannels, outputChannels);
                    Check(geometry);
                }
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Groups_of_channels_are_apart(int groups) =>
        Check(new ConvolutionGeometry(2, WindowAxis.Same(6, 3, 1), WindowAxis.Same(7, 3, 2), 8, 12, groups));

    [Fact]
    public void Rows_and_columns_may_have_other_strides_and_dilations() =>
        Check(new ConvolutionGeometry(2, WindowAxis.Same(13, 3, 1, 2), WindowAxis.Same(17, 4, 3), 5, 18));

    [Fact]
    public void Same_padding_puts_the_odd_element_at_the_end()
    {
        Assert.Equal(new WindowAxis(7, 4, 2, 1, 1, 4), WindowAxis.Same(7, 4, 2));
        Assert.Equal(new WindowAxis(5, 2, 2, 1, 0, 3), WindowAxis.Same(5, 2, 2));
        Assert.Equal(0, WindowAxis.Valid(2, 3, 1).Output);
    }

    [Fact]
    public void Sixteen_bit_floats_are_summed_as_floats()
    {
        ConvolutionGeometry geometry = new(1, WindowAxis.Valid(64, 64, 1), WindowAxis.Valid(64, 64, 1), 1, 1);
        Half[] ones = new Half[4096];
        Array.Fill(ones, Half.One);
        Half[] output = new Half[1];
        Convolution.Forward<Half>(geometry, ones, ones, output, default, WorkerPool.Single, new Workspace());
        Assert.Equal((Half)4096, output[0]);
    }

    [Fact]
    public void Nan_in_an_image_reaches_the_windows_that_see_it()
    {
        ConvolutionGeometry geometry = new(1, WindowAxis.Same(1, 1, 1), WindowAxis.Same(5, 3, 1), 1, 1);
        float[] output = new float[5];
        Convolution.Forward<float>(geometry, [0, float.NaN, 0, 0, 0], [1, 1, 1], output, default, WorkerPool.Single, new Workspace());
        Assert.Equal([float.NaN, float.NaN, float.NaN, 0, 0], output);
    }

    private static WindowAxis Axis(string padding, int input, int window, int stride, int dilation) => padding switch
    {
        "SAME" => WindowAxis.Same(input, window, stride, dilation),
        "VALID" => WindowAxis.Valid(input, window, stride, dilation),
        _ => WindowAxis.Explicit(input, window, stride, dilation, 3, 1),
    };

    private static void Check(in ConvolutionGeometry geometry)
    {
        Random random = new(1);
        float[] input = Values(random, geometry.InputCount);
        float[] filter = Values(random, geometry.FilterCount);
        float[] bias = Values(random, geometry.OutputChannels);
        float[] gradient = Values(random, geometry.OutputCount);
        Sums output = new(geometry.OutputCount);
        Sums inputGradient = new(geometry.InputCount);
        Sums filterGradient = new(geometry.FilterCount);
        foreach ((int i, int f, int o) in Products(geometry))
        {
            output.Add(o, input[i], filter[f]);
            inputGradient.Add(i, gradient[o], filter[f]);
            filterGradient.Add(f, gradient[o], input[i]);
        }

        for (int i = 0; i < output.Values.Length; i++)
        {
            output.Values[i] = Math.Max(output.Values[i] + bias[i % bias.Length], 0);
        }

        float[][] single = Run(geometry, input, filter, bias, gradient, WorkerPool.Single);
        output.Check(single[0], $"{geometry}");
        inputGradient.Check(single[1], $"{geometry}");
        filterGradient.Check(single[2], $"{geometry}");
        float[][] threaded = Run(geometry, input, filter, bias, gradient, new WorkerPool(3));
        Assert.Equal(single, threaded);
    }

    private static float[][] Run(
        in ConvolutionGeometry geometry, float[] input, float[] filter, float[] bias, float[] gradient, WorkerPool pool)
    {
        float[] output = new float[geometry.OutputCount];
        float[] inputGradient = new float[geometry.InputCount];
        float[] filterGradient = new float[geometry.FilterCount];
        Array.Fill(inputGradient, float.NaN);
        Array.Fill(filterGradient, float.NaN);
        Workspace workspace = new();
        Convolution.Forward<float>(geometry, input, filter, output, new Epilogue<float>(bias, Activation.Relu), pool, workspace);
        Convolution.BackwardInput<float>(geometry, filter, gradient, inputGradient, pool, workspace);
        Convolution.BackwardFilter<float>(geometry, input, gradient, filterGradient, pool, workspace);
        return [output, inputGradient, filterGradient];
    }

    // The definition of a convolution: which elements of input and filter are multiplied for which output.
    private static IEnumerable<(int Input, int Filter, int Output)> Products(ConvolutionGeometry g)
    {
        int perGroup = g.OutputChannels / g.Groups;
        for (int o = 0; o < g.OutputCount; o++)
        {
            int channel = o % g.OutputChannels;
            int column = o / g.OutputChannels % g.Columns.Output;
            int row = o / g.OutputChannels / g.Columns.Output % g.Rows.Output;
            int image = o / g.OutputChannels / g.Columns.Output / g.Rows.Output;
            for (int dy = 0; dy < g.Rows.Window; dy++)
            {
                int y = row * g.Rows.Stride - g.Rows.PadBefore + dy * g.Rows.Dilation;
                for (int dx = 0; dx < g.Columns.Window; dx++)
                {
                    int x = column * g.Columns.Stride - g.Columns.PadBefore + dx * g.Columns.Dilation;
                    if (y < 0 || y >= g.Rows.Input || x < 0 || x >= g.Columns.Input)
                    {
                        continue;
                    }

                    for (int i = 0; i < g.FilterInputChannels; i++)
                    {
                        yield return (
                            ((image * g.Rows.Input + y) * g.Columns.Input + x) * g.InputChannels + channel / perGroup * g.FilterInputChannels + i,
                            ((dy * g.Columns.Window + dx) * g.FilterInputChannels + i) * g.OutputChannels + channel,
                            o);
                    }
                }
            }
        }
    }

    private static float[] Values(Random random, long count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)(random.NextDouble() * 2 - 1);
        }

        return values;
    }

    private sealed class Sums(long count)
    {
        private readonly double[] _magnitudes = new double[count];

        public double[] Values { get; } = new double[count];

        public void Add(int at, float x, float y)
        {
            Values[at] += (double)x * y;
            _magnitudes[at] += Math.Abs((double)x * y);
        }

        public void Check(float[] actual, string what)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                Assert.True(Math.Abs(actual[i] - Values[i]) <= 2e-6 * (1 + _magnitudes[i]), $"{what} at {i}: {actual[i]}, not {Values[i]}");
            }
        }
    }
}
