using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Tests.Numerics;

public sealed class GemmTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Products_agree_with_mathematics_at_all_edge_sizes(bool transposeA, bool transposeB)
    {
        foreach (int m in (int[])[0, 1, 2, 5, 6, 7, 13, 14, 15, 29])
        {
            foreach (int n in (int[])[0, 1, 3, 8, 15, 16, 17, 31, 32, 33, 64, 65])
            {
                foreach (int k in (int[])[0, 1, 2, 7, 33])
                {
                    Check<float>(new GemmShape(m, n, k, transposeA, transposeB), 2e-6, default);
                    Check<double>(new GemmShape(m, n, k, transposeA, transposeB), 1e-14, default);
                }
            }
        }
    }

    [Theory]
    [InlineData(50, 70, 3136, false, false)]
    [InlineData(50, 300, 1024, false, true)]
    [InlineData(300, 130, 50, true, false)]
    [InlineData(1, 1000, 700, false, false)]
    [InlineData(1, 1000, 700, false, true)]
    [InlineData(300, 1, 700, false, false)]
    [InlineData(257, 259, 263, false, false)]
    [InlineData(257, 259, 263, true, true)]
    public void Products_agree_with_mathematics_at_larger_sizes(int m, int n, int k, bool transposeA, bool transposeB)
    {
        Check<float>(new GemmShape(m, n, k, transposeA, transposeB), 1e-5, Activation.None);
        Check<float>(new GemmShape(m, n, k, transposeA, transposeB), 1e-5, Activation.Relu);
        Check<double>(new GemmShape(m, n, k, transposeA, transposeB), 1e-13, Activation.Relu);
    }

    [Fact]
    public void Sixteen_bit_floats_are_summed_as_floats()
    {
        Check<Half>(new GemmShape(5, 17, 300), 6e-4, Activation.Relu);
        Assert.Equal((Half)4096, Ones<Half>(4096, Half.One));
        Assert.Equal((BFloat16)4096f, Ones(4096, (BFloat16)1f));
    }

    [Fact]
    public void Integers_wrap_around()
    {
        int[] c = new int[1];
        Gemm.Multiply<int>(new GemmShape(1, 1, 2), [int.MaxValue, 3], [2, 5], c, default, WorkerPool.Single, new Workspace());
        Assert.Equal(13, c[0]);
    }

    [Fact]
    public void Complex_numbers_are_multiplied()
    {
        Complex64[] c = new Complex64[1];
        Gemm.Multiply<Complex64>(new GemmShape(1, 1, 1), [new(1, 2)], [new(3, 4)], c, default, WorkerPool.Single, new Workspace());
        Assert.Equal(new Complex64(-5, 10), c[0]);
    }

    [Fact]
    public void Nan_and_infinity_pass_through()
    {
        float[] c = new float[2];
        Gemm.Multiply<float>(
            new GemmShape(2, 1, 2), [float.NaN, 1, float.PositiveInfinity, 1], [1, 1], c, new Epilogue<float>([], Activation.Relu),
            WorkerPool.Single, new Workspace());
        Assert.Equal([float.NaN, float.PositiveInfinity], c);
    }

    private static T Ones<T>(int k, T one)
        where T : unmanaged
    {
        T[] ones = new T[k];
        T[] c = new T[1];
        Array.Fill(ones, one);
        Gemm.Multiply<T>(new GemmShape(1, 1, k), ones, ones, c, default, WorkerPool.Single, new Workspace());
        return c[0];
    }

    private static void Check<T>(GemmShape shape, double tolerance, Activation? activation)
        where T : unmanaged, INumber<T>
    {
        Random random = new(1);
        T[] a = Values<T>(random, shape.M * shape.K);
        T[] b = Values<T>(random, shape.K * shape.N);
        T[] bias = activation is null ? [] : Values<T>(random, shape.N);
        T[] c = new T[shape.M * shape.N];
        T[] threaded = new T[c.Length];
        Gemm.Multiply<T>(shape, a, b, c, new Epilogue<T>(bias, activation ?? Activation.None), WorkerPool.Single, new Workspace());
        Gemm.Multiply<T>(shape, a, b, threaded, new Epilogue<T>(bias, activation ?? Activation.None), new WorkerPool(3), new Workspace());
        Assert.Equal(c, threaded);
        for (int i = 0; i < c.Length; i++)
        {
            (int row, int column) = (i / shape.N, i % shape.N);
            double sum = 0;
            double magnitude = 1;
            for (int k = 0; k < shape.K; k++)
            {
                double product = double.CreateChecked(a[shape.TransposeA ? k * shape.M + row : row * shape.K + k])
                    * double.CreateChecked(b[shape.TransposeB ? column * shape.K + k : k * shape.N + column]);
                sum += product;
                magnitude += Math.Abs(product);
            }

            sum += bias.Length == 0 ? 0 : double.CreateChecked(bias[column]);
            double expected = activation == Activation.Relu ? Math.Max(sum, 0) : sum;
            Assert.True(Math.Abs(expected - double.CreateChecked(c[i])) <= tolerance * magnitude, $"{shape} [{row},{column}]: {c[i]}, not {expected}");
        }
    }

    private static T[] Values<T>(Random random, int count)
        where T : INumber<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating(random.NextDouble() * 2 - 1))];
}
