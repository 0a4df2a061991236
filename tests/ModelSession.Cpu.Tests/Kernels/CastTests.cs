namespace ModelSessions.Tests.Kernels;

/// <summary>Casts of floats that do not fit, as TensorFlow 2.16 makes them: by vectors that saturate, with a rest that wraps.</summary>
public sealed class CastTests
{
    // How many of 33 elements go by vectors, what each of those becomes, and each of the rest.
    [Theory]
    [InlineData(DType.Float16, DType.UInt8, -2, 32, 0, 254)]
    [InlineData(DType.Float16, DType.Int16, 40000, 32, 32767, -25536)]
    [InlineData(DType.BFloat16, DType.UInt8, -2, 32, 0, 254)]
    [InlineData(DType.BFloat16, DType.Int8, 300, 32, 127, 44)]
    [InlineData(DType.Float32, DType.UInt16, 70000, 32, 65535, 4464)]
    [InlineData(DType.Float64, DType.Int8, -300, 32, -128, -44)]
    [InlineData(DType.Float64, DType.UInt8, 40000, 32, 0, 64)]
    [InlineData(DType.Float64, DType.UInt8, 300, 32, 255, 44)]
    [InlineData(DType.Float32, DType.UInt32, -3e9, 32, 2147483648, 1294967296)]
    [InlineData(DType.Float32, DType.Int8, 2.7, 32, 2, 2)]
    public void Vectors_saturate_and_the_rest_wraps(DType from, DType to, double value, int vectors, double first, double last)
    {
        GraphBuilder g = new();
        GraphTensor cast = g.Cast(g.Cast(g.Cast(g.Placeholder(DType.Float64, [33], "x"), from), to), DType.Float64);
        using CpuRun run = new(g.Graph);
        double[] found = run.Fetch(cast.Name, ("x:0", Tensor.From<double>([.. Enumerable.Repeat(value, 33)]))).Span<double>().ToArray();

        Assert.Equal(Enumerable.Range(0, 33).Select(i => i < vectors ? first : last), found);
    }
}
