using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class ScalarTwinTests
{
    [Theory]
    [InlineData(30, 70, 300, false, false)]
    [InlineData(30, 70, 300, true, true)]
    [InlineData(50, 100, 1024, false, true)]
    [InlineData(1024, 70, 20, true, false)]
    [InlineData(13, 600, 513, false, false)]
    [InlineData(1, 1000, 259, false, false)]
    [InlineData(300, 1, 259, true, false)]
    public void Products_of_matrices_have_the_same_bits_by_vectors(int m, int n, int k, bool transposeA, bool transposeB)
    {
        Check<float, SingleMath>(new GemmShape(m, n, k, transposeA, transposeB));
        Check<double, DoubleMath>(new GemmShape(m, n, k, transposeA, transposeB));
    }

    [Theory]
    [InlineData(14, 5, 1, 1, 3, 40)]
    [InlineData(9, 3, 2, 1, 4, 32)]
    [InlineData(9, 3, 1, 2, 2, 7)]
    [InlineData(3, 3, 1, 1, 5, 16)]
    public void Convolutions_have_the_same_bits_by_vectors(int size, int window, int stride, int dilation, int inputChannels, int outputChannels)
    {
        ConvolutionGeometry geometry = new(
            1, WindowAxis.Same(size, window, stride, dilation), WindowAxis.Same(size, window, stride, dilation), inputChannels, outputChannels);
        float[] input = Values<float>(geometry.InputCount, 1);
        float[] filter = Values<float>(geometry.FilterCount, 2);
        float[] gradient = Values<float>(geometry.OutputCount, 3);
        float[][] vectors = [new float[gradient.Length], new float[input.Length], new float[filter.Length]];
        float[][] scalars = [new float[gradient.Length], new float[input.Length], new float[filter.Length]];
        Convolution.Forward<float>(geometry, input, filter, vectors[0], default, new WorkerPool(2), new Workspace());
        Convolution.BackwardInput<float>(geometry, filter, gradient, vectors[1], new WorkerPool(2), new Workspace());
        Convolution.BackwardFilter<float>(geometry, input, gradient, vectors[2], new WorkerPool(2), new Workspace());
        ScalarConvolution.Forward<float, SingleMath>(geometry, input, filter, scalars[0], default, WorkerPool.Single);
        ScalarConvolution.BackwardInput<float, SingleMath>(geometry, filter, gradient, scalars[1], WorkerPool.Single);
        ScalarConvolution.BackwardFilter<float, SingleMath>(geometry, input, gradient, scalars[2], WorkerPool.Single);
        Assert.Equal(scalars, vectors);
    }

    [Fact]
    public void A_row_of_a_batch_has_the_bits_that_it_has_in_another_batch()
    {
        float[] a = Values<float>(50 * 200, 1);
        float[] b = Values<float>(200 * 90, 2);
        float[] all = new float[50 * 90];
        float[] some = new float[7 * 90];
        Gemm.Multiply<float>(new GemmShape(50, 90, 200), a, b, all, default, WorkerPool.Single, new Workspace());
        Gemm.Multiply<float>(new GemmShape(7, 90, 200), a.AsSpan(20 * 200, 7 * 200), b, some, default, WorkerPool.Single, new Workspace());
        Assert.Equal(all.AsSpan(20 * 90, some.Length).ToArray(), some);
    }

    [Theory]
    [InlineData(0, 0, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(4, 8, 4)]
    [InlineData(5, 17, 8)]
    [InlineData(32, 40, 32)]
    [InlineData(31, 300, 32)]
    public unsafe void A_transposed_matrix_is_padded_with_zeros(int rows, int columns, int width)
    {
        float[] from = Values<float>(rows * 1024 + columns, 1);
        float[] to = new float[columns * width + 1];
        Array.Fill(to, float.NaN);
        fixed (float* source = from, target = to)
        {
            Transpose.Run(source, 1024, rows, columns, target, width);
        }

        for (int i = 0; i < columns * width; i++)
        {
            (int column, int row) = Math.DivRem(i, width);
            Assert.Equal(row < rows ? from[row * 1024 + column] : 0, to[i]);
        }

        Assert.Equal(float.NaN, to[^1]);
    }

    [Fact]
    public void A_warm_convolution_allocates_nothing()
    {
        ConvolutionGeometry geometry = new(4, WindowAxis.Same(14, 5, 1), WindowAxis.Same(14, 5, 1), 8, 40);
        float[] input = Values<float>(geometry.InputCount, 1);
        float[] filter = Values<float>(geometry.FilterCount, 2);
        float[] output = new float[geometry.OutputCount];
        WorkerPool pool = new(2);
        Workspace workspace = new();
        long before = 0;
        for (int round = 0; round < 4; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            Convolution.Forward<float>(geometry, input, filter, output, default, pool, workspace);
            Convolution.BackwardInput<float>(geometry, filter, output, input, pool, workspace);
            Convolution.BackwardFilter<float>(geometry, input, output, filter, pool, workspace);
            Gemm.Multiply<float>(new GemmShape(20, 40, 8, TransposeB: true), input, filter, output, default, pool, workspace);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Check<T, TMath>(GemmShape shape)
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        T[] a = Values<T>((long)shape.M * shape.K, 1);
        T[] b = Values<T>((long)shape.K * shape.N, 2);
        Epilogue<T> epilogue = new(Values<T>(shape.N, 3), Activation.Relu);
        T[] vectors = new T[shape.M * shape.N];
        T[] scalars = new T[vectors.Length];
        Gemm.Multiply<T>(shape, a, b, vectors, epilogue, new WorkerPool(2), new Workspace());
        ScalarGemm.Multiply<T, TMath>(shape, a, b, scalars, epilogue, WorkerPool.Single);
        Assert.Equal(scalars, vectors);
    }

    private static T[] Values<T>(long count, int seed)
    {
        Random random = new(seed);
        T[] values = new T[count];
        foreach (ref T value in values.AsSpan())
        {
            value = (T)Convert.ChangeType(random.NextSingle() - 0.5f, typeof(T), System.Globalization.CultureInfo.InvariantCulture);
        }

        return values;
    }
}
