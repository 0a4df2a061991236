using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>Eigenvalues and eigenvectors of self-adjoint matrices: Householder's tridiagonal form, then QR steps with Wilkinson's shift.
/// The steps are those of Eigen's solver, which decide on the signs of the vectors.</summary>
internal static class SelfAdjoint
{
    private const int MaxSteps = 30;

    /// <summary>Ascending eigenvalues, and the vectors as columns. Only the lower half of the matrix is read.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="n">Its size.</param>
    /// <param name="epsilon">The precision of the type that the numbers come from: it ends the steps.</param>
    /// <returns>Null where the steps do not end, as with NaN.</returns>
    public static (double[] Values, T[] Vectors)? Decompose<T>(T[] matrix, int n, double epsilon)
        where T : INumberBase<T>
    {
        T[] a = new T[matrix.Length];
        double scale = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                T item = i == j ? T.CreateTruncating(Dense.Real(matrix[i * n + j])) : matrix[i * n + j];
                double size = Dense.Size(item);
                if (!double.IsFinite(size))
                {
                    return null;
                }

                scale = Math.Max(scale, size);
                a[i * n + j] = item;
                a[j * n + i] = Dense.Conjugate(item);
            }
        }

        scale = scale == 0 ? 1 : scale;
        for (int i = 0; i < a.Length; i++)
        {
            a[i] /= T.CreateTruncating(scale);
        }

        (double[] diagonal, double[] below, T[] q) = Tridiagonal(a, n);
        if (!Diagonalize(diagonal, below, q, epsilon))
        {
            return null;
        }

        Sort(diagonal, q);
        return ([.. diagonal.Select(value => value * scale)], q);
    }

    private static (double[] Diagonal, double[] Below, T[] Q) Tridiagonal<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        T[] q = Dense.Identity<T>(n);
        for (int k = 0; k < n - 1; k++)
        {
            Interruption.Check();
            (T tau, T[] v, _) = Householder.Make<T>(Householder.Column(a, n, k, k + 1));
            Householder.Left(a, n, k + 1, 0, tau, v);
            Householder.Right(a, n, k + 1, Dense.Conjugate(tau), v);
            Householder.Right(q, n, k + 1, Dense.Conjugate(tau), v);
        }

        double[] diagonal = [.. Enumerable.Range(0, n).Select(i => Dense.Real(a[i * (n + 1)]))];
        double[] below = [.. Enumerable.Range(0, Math.Max(n - 1, 0)).Select(i => Dense.Real(a[(i + 1) * n + i]))];
        return (diagonal, below, q);
    }

    private static bool Diagonalize<T>(double[] diagonal, double[] below, T[] q, double epsilon)
        where T : INumberBase<T>
    {
        int n = diagonal.Length, end = n - 1, start = 0;
        double least = epsilon > 1e-10 ? 1.17549435e-38 : 2.2250738585072014e-308;
        for (int steps = 0; end > 0;)
        {
            Interruption.Check();
            for (int i = start; i < end; i++)
            {
                double scaled = below[i] / epsilon;
                below[i] = Math.Abs(below[i]) < least || scaled * scaled <= Math.Abs(diagonal[i]) + Math.Abs(diagonal[i + 1]) ? 0 : below[i];
            }

            while (end > 0 && below[end - 1] == 0)
            {
                end--;
            }

            if (end <= 0)
            {
                break;
            }

            if (++steps > MaxSteps * n)
            {
                return false;
            }

            start = end - 1;
            while (start > 0 && below[start - 1] != 0)
            {
                start--;
            }

            Step(diagonal, below, start, end, q);
        }

        return true;
    }

    private static void Step<T>(double[] diagonal, double[] below, int start, int end, T[] q)
        where T : INumberBase<T>
    {
        double x = diagonal[start] - Shift(diagonal[end - 1], diagonal[end], below[end - 1]), z = below[start];
        for (int k = start; k < end && z != 0; k++)
        {
            (double c, double s) = Givens(x, z);
            double sdk = (s * diagonal[k]) + (c * below[k]), next = (s * below[k]) + (c * diagonal[k + 1]);
            diagonal[k] = (c * ((c * diagonal[k]) - (s * below[k]))) - (s * ((c * below[k]) - (s * diagonal[k + 1])));
            diagonal[k + 1] = (s * sdk) + (c * next);
            below[k] = (c * sdk) - (s * next);
            if (k > start)
            {
                below[k - 1] = (c * below[k - 1]) - (s * z);
            }

            x = below[k];
            if (k < end - 1)
            {
                z = -s * below[k + 1];
                below[k + 1] *= c;
            }

            Rotate(q, diagonal.Length, k, k + 1, c, s);
        }
    }

    private static double Shift(double above, double last, double beside)
    {
        double half = (above - last) * 0.5;
        if (half == 0)
        {
            return last - Math.Abs(beside);
        }

        double length = double.Hypot(half, beside), square = beside * beside, sum = half + (half > 0 ? length : -length);
        return square == 0 ? last - (beside / (sum / beside)) : last - (square / sum);
    }

    private static (double C, double S) Givens(double p, double q)
    {
        if (q == 0)
        {
            return (p < 0 ? -1 : 1, 0);
        }

        if (p == 0)
        {
            return (0, q < 0 ? 1 : -1);
        }

        bool steep = Math.Abs(p) > Math.Abs(q);
        double t = steep ? q / p : p / q, u = Math.Sqrt(1 + (t * t)) * ((steep ? p : q) < 0 ? -1 : 1);
        return steep ? (1 / u, -t / u) : (t / u, -1 / u);
    }

    // Columns x and y become c·x − s·y and s·x + c·y.
    private static void Rotate<T>(T[] q, int n, int x, int y, double c, double s)
        where T : INumberBase<T>
    {
        (T cosine, T sine) = (T.CreateTruncating(c), T.CreateTruncating(s));
        for (int row = 0; row < q.Length; row += n)
        {
            (T first, T second) = (q[row + x], q[row + y]);
            q[row + x] = (cosine * first) - (sine * second);
            q[row + y] = (sine * first) + (cosine * second);
        }
    }

    private static void Sort<T>(double[] values, T[] vectors)
    {
        for (int i = 0; i < values.Length - 1; i++)
        {
            int least = i;
            for (int j = i + 1; j < values.Length; j++)
            {
                least = values[j] < values[least] ? j : least;
            }

            if (least > i)
            {
                (values[i], values[least]) = (values[least], values[i]);
                Householder.Swap(vectors, values.Length, i, least);
            }
        }
    }
}
