using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>Functions of square matrices.</summary>
internal static class MatrixFunctions
{
    // Taylor's series of the exponential below this norm needs few terms.
    private const double SmallNorm = 0.5;
    private const int Terms = 20;

    /// <summary>The exponential, by scaling and squaring.</summary>
    public static T[] Exponential<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        double norm = Norm(a, n);
        int squarings = double.IsFinite(norm) && norm > SmallNorm ? (int)Math.Ceiling(Math.Log2(norm / SmallNorm)) : 0;
        T scale = T.CreateTruncating(Math.ScaleB(1, -squarings));
        T[] scaled = Array.ConvertAll(a, x => x * scale), term = Dense.Identity<T>(n), sum = [.. term];
        for (int k = 1; k <= Terms; k++)
        {
            T divisor = T.CreateTruncating(k);
            term = Array.ConvertAll(Dense.Multiply(term, scaled, n, n, n), x => x / divisor);
            Add(sum, term);
        }

        for (int i = 0; i < squarings; i++)
        {
            sum = Dense.Multiply(sum, sum, n, n, n);
        }

        return sum;
    }

    /// <summary>The principal square root.</summary>
    public static Complex[] SquareRoot(Complex[] a, int n)
    {
        ComplexSchur schur = new(a, n, 1e-15);
        return Outside(schur.U, Root(schur.T, n), n);
    }

    /// <summary>The principal logarithm: square roots until the matrix is near the identity, then a series.</summary>
    public static Complex[] Logarithm(Complex[] a, int n)
    {
        const int mostRoots = 64;
        ComplexSchur schur = new(a, n, 1e-15);
        Complex[] t = schur.T, identity = Dense.Identity<Complex>(n);
        int roots = 0;
        while (roots < mostRoots && Norm(Subtract(t, identity), n) > 0.25)
        {
            t = Root(t, n);
            roots++;
        }

        // log(T) = 2·artanh(Z) with Z = (T − I)·(T + I)⁻¹
        Complex[] sum = [.. t];
        Add(sum, identity);
        Complex[] z = Dense.Solve(sum, Subtract(t, identity), n, n) ?? Array.ConvertAll(t, _ => (Complex)double.NaN);
        Complex[] square = Dense.Multiply(z, z, n, n, n), power = z, result = [.. z];
        for (int k = 3; k < 2 * Terms; k += 2)
        {
            power = Dense.Multiply(power, square, n, n, n);
            Complex divisor = k;
            Add(result, Array.ConvertAll(power, x => x / divisor));
        }

        double factor = Math.ScaleB(2, roots);
        return Outside(schur.U, Array.ConvertAll(result, x => x * factor), n);
    }

    // Of a triangular matrix, column by column.
    private static Complex[] Root(Complex[] t, int n)
    {
        Complex[] r = new Complex[t.Length];
        for (int j = 0; j < n; j++)
        {
            r[j * (n + 1)] = Complex.Sqrt(t[j * (n + 1)]);
            for (int i = j - 1; i >= 0; i--)
            {
                Interruption.Check();
                Complex rest = t[i * n + j];
                for (int k = i + 1; k < j; k++)
                {
                    rest -= r[i * n + k] * r[k * n + j];
                }

                r[i * n + j] = rest == Complex.Zero ? Complex.Zero : rest / (r[i * (n + 1)] + r[j * (n + 1)]);
            }
        }

        return r;
    }

    private static Complex[] Outside(Complex[] u, Complex[] t, int n) =>
        Dense.Multiply(Dense.Multiply(u, t, n, n, n), Dense.Adjoint(u, n, n), n, n, n);

    private static double Norm<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        double most = 0;
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                sum += Dense.Size(a[i * n + j]);
            }

            most = double.Max(most, sum);
        }

        return most;
    }

    private static void Add<T>(T[] sum, T[] x)
        where T : INumberBase<T>
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += x[i];
        }
    }

    private static Complex[] Subtract(Complex[] x, Complex[] y)
    {
        Complex[] result = new Complex[x.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] - y[i];
        }

        return result;
    }
}
