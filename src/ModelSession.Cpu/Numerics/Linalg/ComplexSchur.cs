using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>Schur's decomposition <c>A = U·T·Uᴴ</c> with a triangular T, by Hessenberg's form and shifted QR steps; the steps are those of
/// Eigen's solver, which decide on the phases of U.</summary>
internal sealed class ComplexSchur
{
    private const int MaxSteps = 30;
    private readonly int _n;
    private readonly double _precision;

    /// <summary>Decomposes a square matrix.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="n">Its size.</param>
    /// <param name="precision">Which part of its neighbours an element below the diagonal is taken for 0.</param>
    public ComplexSchur(Complex[] matrix, int n, double precision)
    {
        (_n, _precision) = (n, precision);
        T = [.. matrix];
        U = Dense.Identity<Complex>(n);
        for (int k = 0; k < n - 2; k++)
        {
            (Complex tau, Complex[] v, _) = Householder.Make<Complex>(Householder.Column(T, n, k, k + 1));
            Householder.Left(T, n, k + 1, k, tau, v);
            Householder.Right(T, n, k + 1, Complex.Conjugate(tau), v);
            Householder.Right(U, n, k + 1, Complex.Conjugate(tau), v);
        }

        for (int i = 2; i < n; i++)
        {
            T.AsSpan(i * n, i - 1).Clear();
        }

        Succeeded = Reduce();
    }

    /// <summary>The triangular matrix, with the eigenvalues on its diagonal.</summary>
    public Complex[] T { get; }

    /// <summary>The unitary matrix.</summary>
    public Complex[] U { get; }

    /// <summary>Whether the steps came to an end.</summary>
    public bool Succeeded { get; }

    private bool Reduce()
    {
        int end = _n - 1, iteration = 0, total = 0;
        while (true)
        {
            while (end > 0 && IsNegligible(end - 1))
            {
                iteration = 0;
                end--;
            }

            if (end <= 0)
            {
                return true;
            }

            iteration++;
            if (++total > MaxSteps * _n)
            {
                return false;
            }

            int start = end - 1;
            while (start > 0 && !IsNegligible(start - 1))
            {
                start--;
            }

            Step(start, end, Shift(end, iteration));
        }
    }

    private void Step(int start, int end, Complex shift)
    {
        (Complex c, Complex s, _) = Givens(T[start * (_n + 1)] - shift, T[(start + 1) * _n + start]);
        Rotate(start, Math.Min(start + 2, end), start, c, s);
        for (int i = start + 1; i < end; i++)
        {
            Interruption.Check();
            (c, s, Complex r) = Givens(T[i * _n + i - 1], T[(i + 1) * _n + i - 1]);
            (T[i * _n + i - 1], T[(i + 1) * _n + i - 1]) = (r, Complex.Zero);
            Rotate(i, Math.Min(i + 2, end), i, c, s);
        }
    }

    // Rows i and i + 1 from a column on, columns i and i + 1 down to a row, and those of U.
    private void Rotate(int i, int lastRow, int fromColumn, Complex c, Complex s)
    {
        for (int j = fromColumn; j < _n; j++)
        {
            (Complex x, Complex y) = (T[i * _n + j], T[(i + 1) * _n + j]);
            T[i * _n + j] = (Complex.Conjugate(c) * x) - (Complex.Conjugate(s) * y);
            T[(i + 1) * _n + j] = (s * x) + (c * y);
        }

        Columns(T, lastRow + 1, i, c, s);
        Columns(U, _n, i, c, s);
    }

    private void Columns(Complex[] a, int rows, int i, Complex c, Complex s)
    {
        for (int row = 0; row < rows; row++)
        {
            (Complex x, Complex y) = (a[row * _n + i], a[row * _n + i + 1]);
            a[row * _n + i] = (c * x) - (s * y);
            a[row * _n + i + 1] = (Complex.Conjugate(s) * x) + (Complex.Conjugate(c) * y);
        }
    }

    private bool IsNegligible(int i)
    {
        double beside = Norm(T[i * (_n + 1)]) + Norm(T[(i + 1) * (_n + 1)]);
        if (Norm(T[(i + 1) * _n + i]) > beside * _precision)
        {
            return false;
        }

        T[(i + 1) * _n + i] = Complex.Zero;
        return true;
    }

    // The eigenvalue of the last 2×2 block that is nearer to its last element; now and then another, to break cycles.
    private Complex Shift(int end, int iteration)
    {
        if (iteration is 10 or 20 && end > 1)
        {
            return Math.Abs(T[end * _n + end - 1].Real) + Math.Abs(T[(end - 1) * _n + end - 2].Real);
        }

        Complex a = T[(end - 1) * (_n + 1)], b = T[(end - 1) * _n + end], c = T[end * _n + end - 1], d = T[end * (_n + 1)];
        double scale = Complex.Abs(a) + Complex.Abs(b) + Complex.Abs(c) + Complex.Abs(d);
        (a, b, c, d) = (a / scale, b / scale, c / scale, d / scale);
        Complex root = Complex.Sqrt(((a - d) * (a - d)) + (4 * b * c)), determinant = (a * d) - (b * c);
        Complex first = (a + d + root) / 2, second = (a + d - root) / 2;
        if (Norm(first) > Norm(second))
        {
            second = determinant / first;
        }
        else if (Norm(second) != 0)
        {
            first = determinant / second;
        }

        return scale * (Norm(first - d) < Norm(second - d) ? first : second);
    }

    private static double Norm(Complex x) => Math.Abs(x.Real) + Math.Abs(x.Imaginary);

    private static (Complex C, Complex S, Complex R) Givens(Complex p, Complex q)
    {
        if (q == Complex.Zero)
        {
            double sign = p.Real < 0 ? -1 : 1;
            return (sign, 0, sign * p);
        }

        if (p == Complex.Zero)
        {
            return (0, -q / Complex.Abs(q), Complex.Abs(q));
        }

        double pSquare = Dense.Square(p), qSquare = Dense.Square(q);
        double u = Math.Sqrt(1 + (qSquare / pSquare)) * (p.Real < 0 ? -1 : 1), c = 1 / u;
        return (c, -q * Complex.Conjugate(p) * (c / pSquare), p * u);
    }
}
