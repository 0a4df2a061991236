using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Factors of small matrices of doubles or complex numbers, row by row in memory.</summary>
internal static class Dense
{
    /// <summary>The conjugate; of a real number itself.</summary>
    public static T Conjugate<T>(T x)
        where T : INumberBase<T> => x is Complex complex ? (T)(object)Complex.Conjugate(complex) : x;

    /// <summary>The absolute value.</summary>
    public static double Size<T>(T x)
        where T : INumberBase<T> => double.CreateTruncating(T.Abs(x));

    /// <summary>The square of the absolute value.</summary>
    public static double Square<T>(T x)
        where T : INumberBase<T> => x is Complex complex ? (complex.Real * complex.Real) + (complex.Imaginary * complex.Imaginary) : double.CreateTruncating(x * x);

    /// <summary>The real part.</summary>
    public static double Real<T>(T x)
        where T : INumberBase<T> => x is Complex complex ? complex.Real : double.CreateTruncating(x);

    /// <summary>The imaginary part.</summary>
    public static double Imaginary<T>(T x)
        where T : INumberBase<T> => x is Complex complex ? complex.Imaginary : 0;

    /// <summary>The identity matrix.</summary>
    public static T[] Identity<T>(int n)
        where T : INumberBase<T>
    {
        T[] result = new T[n * n];
        for (int k = 0; k < n; k++)
        {
            result[k * (n + 1)] = T.One;
        }

        return result;
    }

    /// <summary>The first columns of a square matrix.</summary>
    public static T[] Columns<T>(T[] a, int n, int columns)
    {
        T[] result = new T[n * columns];
        for (int row = 0; row < n; row++)
        {
            a.AsSpan(row * n, columns).CopyTo(result.AsSpan(row * columns));
        }

        return result;
    }

    /// <summary>The product of two matrices.</summary>
    public static T[] Multiply<T>(T[] a, T[] b, int rows, int inner, int columns)
        where T : INumberBase<T>
    {
        T[] c = new T[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            Interruption.Check();
            for (int k = 0; k < inner; k++)
            {
                T factor = a[i * inner + k];
                for (int j = 0; j < columns; j++)
                {
                    c[i * columns + j] += factor * b[k * columns + j];
                }
            }
        }

        return c;
    }

    /// <summary>The conjugate transpose.</summary>
    public static T[] Adjoint<T>(T[] a, int rows, int columns)
        where T : INumberBase<T>
    {
        T[] result = new T[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            result[i % columns * rows + i / columns] = Conjugate(a[i]);
        }

        return result;
    }

    /// <summary>Replaces a square matrix by its factors L and U, with the order of its rows.</summary>
    /// <returns>The rows' order, and 1 or −1 for its sign; 0 if the matrix is singular.</returns>
    public static (int[] Order, int Sign) Factor<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        int[] order = [.. Enumerable.Range(0, n)];
        int sign = 1;
        bool singular = false;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++)
            {
                Interruption.Check();
                pivot = Size(a[i * n + k]) > Size(a[pivot * n + k]) ? i : pivot;
            }

            if (pivot != k)
            {
                Swap(a, n, k, pivot);
                (order[k], order[pivot], sign) = (order[pivot], order[k], -sign);
            }

            if (T.IsZero(a[k * n + k]))
            {
                singular = true;
                continue;
            }

            for (int i = k + 1; i < n; i++)
            {
                T factor = a[i * n + k] /= a[k * n + k];
                for (int j = k + 1; j < n; j++)
                {
                    a[i * n + j] -= factor * a[k * n + j];
                }
            }
        }

        return (order, singular ? 0 : sign);
    }

    /// <summary>Solves A·X = B for a triangular A, in place of B.</summary>
    public static void Substitute<T>(T[] a, T[] b, int n, int columns, bool lower, bool unitDiagonal = false)
        where T : INumberBase<T>
    {
        for (int step = 0; step < n; step++)
        {
            Interruption.Check();
            int row = lower ? step : n - 1 - step;
            for (int k = lower ? 0 : row + 1; k < (lower ? row : n); k++)
            {
                for (int j = 0; j < columns; j++)
                {
                    b[row * columns + j] -= a[row * n + k] * b[k * columns + j];
                }
            }

            for (int j = 0; !unitDiagonal && j < columns; j++)
            {
                b[row * columns + j] /= a[row * n + row];
            }
        }
    }

    /// <summary>Solves A·X = B; null if A is singular.</summary>
    public static T[]? Solve<T>(T[] a, T[] b, int n, int columns)
        where T : INumberBase<T>
    {
        T[] factors = [.. a], x = new T[b.Length];
        (int[] order, int sign) = Factor(factors, n);
        if (sign == 0 || HasNaN(factors))
        {
            return null;
        }

        for (int i = 0; i < n; i++)
        {
            b.AsSpan(order[i] * columns, columns).CopyTo(x.AsSpan(i * columns));
        }

        Substitute(factors, x, n, columns, lower: true, unitDiagonal: true);
        Substitute(factors, x, n, columns, lower: false);
        return x;
    }

    /// <summary>The lower factor of a positive definite matrix, of which only the lower half is read; null if it is none.</summary>
    public static T[]? Cholesky<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        T[] l = new T[a.Length];
        for (int i = 0; i < n; i++)
        {
            Interruption.Check();
            for (int j = 0; j <= i; j++)
            {
                T sum = a[i * n + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= l[i * n + k] * Conjugate(l[j * n + k]);
                }

                if (i == j && !(Real(sum) > 0))
                {
                    return null;
                }

                l[i * n + j] = i == j ? T.CreateTruncating(Math.Sqrt(Real(sum))) : sum / l[j * n + j];
            }
        }

        return l;
    }

    private static bool HasNaN<T>(T[] a)
        where T : INumberBase<T> => Array.Exists(a, T.IsNaN);

    private static void Swap<T>(T[] a, int n, int row, int other)
    {
        for (int j = 0; j < n; j++)
        {
            Interruption.Check();
            (a[row * n + j], a[other * n + j]) = (a[other * n + j], a[row * n + j]);
        }
    }
}
