namespace ModelSessions.Tests.Kernels;

/// <summary>Decompositions and solutions; values of TensorFlow 2.16.</summary>
public sealed class LinalgTests
{
    private static readonly float[] s_tall = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Singular_vectors_have_the_signs_of_Eigen()
    {
        Tensor[] svd = OpRun.Of("Svd", null, Matrix(3, 2, s_tall));

        Near([9.525518f, 0.5143f], svd[0]);
        Near([0.229848f, -0.883461f, 0.524745f, -0.240783f, 0.819642f, 0.401896f], svd[1]);
        Near([0.61963f, 0.784894f, 0.784894f, -0.61963f], svd[2]);
    }

    [Fact]
    public void Full_singular_vectors_complete_the_space()
    {
        Tensor[] svd = OpRun.Of("Svd", new() { ["full_matrices"] = true }, Matrix(2, 3, [1, 2, 3, 4, 5, 6.5f]));

        Near([-0.375043f, -0.927007f, -0.927007f, 0.375043f], svd[1]);
        Near([-0.414994f, 0.857493f, 0.304114f, -0.547332f, 0.031715f, -0.836314f, -0.726779f, -0.513517f, 0.456172f], svd[2]);
    }

    [Fact]
    public void Eigenvectors_of_a_symmetric_matrix_come_from_its_lower_half()
    {
        Tensor[] eigen = OpRun.Of("SelfAdjointEigV2", null, Matrix(2, 2, [2, 9, 1, 3]));

        Near([1.381966f, 3.618033f], eigen[0]);
        Near([-0.850651f, -0.525731f, 0.525731f, -0.850651f], eigen[1]);
    }

    [Fact]
    public void Q_and_R_have_the_signs_of_Householder()
    {
        Tensor[] qr = OpRun.Of("Qr", null, Matrix(3, 2, s_tall));

        Near([-0.169031f, 0.897085f, -0.507092f, 0.276027f, -0.845154f, -0.345033f], qr[0]);
        Near([-5.91608f, -7.437357f, 0, 0.828078f], qr[1]);
    }

    [Fact]
    public void Lu_gives_the_rows_order()
    {
        Tensor[] lu = OpRun.Of("Lu", null, Matrix(3, 3, [4, 3, 1, 6, 3, 2, 1, 5, 9]));

        Near([6, 3, 2, 0.166667f, 4.5f, 8.666667f, 0.666667f, 0.222222f, -2.259259f], lu[0]);
        Assert.Equal([1, 2, 0], lu[1].Span<int>().ToArray());
    }

    [Fact]
    public void Cholesky_of_what_is_not_positive_is_nan()
    {
        Tensor[] cholesky = OpRun.Of("Cholesky", null, Matrix(2, 2, [1, 2, 2, 1]));

        Assert.Equal([float.NaN, 0, float.NaN, float.NaN], cholesky[0].Span<float>().ToArray());
    }

    [Fact]
    public void A_triangular_system_with_a_zero_gives_infinities()
    {
        Tensor[] solve = OpRun.Of("MatrixTriangularSolve", null, Matrix(2, 2, [1, 0, 2, 0]), Matrix(2, 1, [1, 1]));

        Assert.Equal([1, float.NegativeInfinity], solve[0].Span<float>().ToArray());
    }

    [Theory]
    [InlineData("Lu", new float[] { 1, 2, 2, 4 })]
    [InlineData("MatrixInverse", new float[] { 1, 2, 2, 4 })]
    [InlineData("MatrixInverse", new float[] { float.NaN, 1, 1, 1 })]
    [InlineData("SelfAdjointEigV2", new float[] { float.NaN, 1, 1, 1 })]
    public void What_cannot_be_decomposed_is_an_invalid_argument(string type, float[] values)
    {
        using OpRun run = new(type, null, Matrix(2, 2, values));

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<EngineException>(run.Next).Code);
    }

    [Fact]
    public void Tridiagonal_systems_exchange_rows_where_they_must()
    {
        Tensor[] solve = OpRun.Of("TridiagonalSolve", null, Matrix(3, 3, [1, 1, 0, 0, 4, 4, 0, 1, 1]), Matrix(3, 1, [1, 2, 3]));

        Near([-2.5f, 1, 0.5f], solve[0]);
    }

    [Theory]
    [InlineData(true, new[] { 0.5f, -0.166667f, 1 })]
    [InlineData(false, new[] { 2.583333f, -0.833333f, 0.75f })]
    public void Banded_systems_are_given_by_their_diagonals(bool lower, float[] expected)
    {
        float[] bands = lower ? [2, 3, 4, 9, 5, 6] : [5, 6, 9, 2, 3, 4];
        Tensor[] solve = OpRun.Of("BandedTriangularSolve", new() { ["lower"] = lower }, Matrix(2, 3, bands), Matrix(3, 1, [1, 2, 3]));

        Near(expected, solve[0]);
    }

    [Theory]
    [InlineData(true, new[] { 0.013459f, 0.403769f, 0.040377f })]
    [InlineData(false, new[] { 0f, 0.5f, 0 })]
    public void Underdetermined_systems_get_the_smallest_solution(bool fast, float[] expected)
    {
        Tensor[] solve = OpRun.Of("MatrixSolveLs", new() { ["fast"] = fast }, Matrix(2, 3, [1, 2, 3, 3, 4, 9]), Matrix(2, 1, [1, 2]), Tensor.Scalar(0.1));

        Near(expected, solve[0]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(67)]
    public void A_spectrum_leads_back_to_the_numbers(int length)
    {
        float[] x = [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(i * i))];
        Tensor[] forward = OpRun.Of("RFFT", null, Tensor.From<float>(x), Tensor.From(length));
        Tensor[] back = OpRun.Of("IRFFT", null, forward[0], Tensor.From(length));

        Near(x, back[0]);
    }

    [Fact]
    public void Half_a_spectrum_ignores_the_imaginary_parts_that_mirror_themselves()
    {
        Tensor spectrum = Tensor.From<Complex64>(new(0, 1), new(0, 2), new(0, 3));
        Tensor[] back = OpRun.Of("IRFFT", null, spectrum, Tensor.From(4));

        Near([0, -1, 0, 1], back[0]);
    }

    private static Tensor Matrix(long rows, long columns, float[] values) => Tensor.From<float>(values, [rows, columns]);

    private static void Near(float[] expected, Tensor found)
    {
        Assert.Equal(expected.Length, found.ElementCount);
        Assert.All(expected, (value, i) => Assert.Equal(value, found.Span<float>()[i], 2e-5f));
    }
}
