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
        if (sign == 0)
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

    /// <summary>The lower factor of a positive definite matrix, of which only the lower half is read; NaN where it is not.</summary>
    public static T[] Cholesky<T>(T[] a, int n)
        where T : INumberBase<T>
    {
        T[] l = new T[a.Length];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                T sum = a[i * n + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= l[i * n + k] * Conjugate(l[j * n + k]);
                }

                l[i * n + j] = i == j ? Root(sum) : sum / l[j * n + j];
            }
        }

        return l;
    }

    /// <summary>Householder's factors, with the signs of Eigen's: Q of all rows, and R.</summary>
    public static (T[] Q, T[] R) Orthogonal<T>(T[] a, int rows, int columns)
        where T : INumberBase<T>
    {
        T[] r = [.. a], q = new T[rows * rows];
        for (int i = 0; i < rows; i++)
        {
            q[i * rows + i] = T.One;
        }

        for (int k = 0; k < Math.Min(rows, columns); k++)
        {
            double tail = 0;
            for (int i = k + 1; i < rows; i++)
            {
                tail += Math.Pow(Size(r[i * columns + k]), 2);
            }

            T head = r[k * columns + k];
            if (tail == 0 && T.IsZero(head - Conjugate(head)))
            {
                continue;
            }

            double real = double.CreateTruncating((head + Conjugate(head)) / (T.One + T.One));
            double length = Math.Sqrt(Math.Pow(Size(head), 2) + tail);
            T beta = T.CreateTruncating(real >= 0 ? -length : length);
            T[] v = new T[rows];
            v[k] = T.One;
            for (int i = k + 1; i < rows; i++)
            {
                v[i] = r[i * columns + k] / (head - beta);
            }

            T tau = Conjugate((beta - head) / beta);
            Reflect(r, v, Conjugate(tau), rows, columns);
            ReflectRight(q, v, tau, rows);
        }

        for (int i = 1; i < rows; i++)
        {
            r.AsSpan(i * columns, Math.Min(i, columns)).Clear();
        }

        return (q, r);
    }

    // A − τ·v·(vᴴ·A)
    private static void Reflect<T>(T[] a, T[] v, T tau, int rows, int columns)
        where T : INumberBase<T>
    {
        for (int j = 0; j < columns; j++)
        {
            T dot = T.Zero;
            for (int i = 0; i < rows; i++)
            {
                dot += Conjugate(v[i]) * a[i * columns + j];
            }

            for (int i = 0; i < rows; i++)
            {
                a[i * columns + j] -= tau * v[i] * dot;
            }
        }
    }

    // Q − τ·(Q·v)·vᴴ
    private static void ReflectRight<T>(T[] q, T[] v, T tau, int n)
        where T : INumberBase<T>
    {
        for (int i = 0; i < n; i++)
        {
            T dot = T.Zero;
            for (int j = 0; j < n; j++)
            {
                dot += q[i * n + j] * v[j];
            }

            for (int j = 0; j < n; j++)
            {
                q[i * n + j] -= tau * dot * Conjugate(v[j]);
            }
        }
    }

    private static T Root<T>(T x)
        where T : INumberBase<T> => x is Complex complex ? (T)(object)new Complex(Math.Sqrt(complex.Real), 0) : T.CreateTruncating(Math.Sqrt(double.CreateTruncating(x)));

    private static void Swap<T>(T[] a, int n, int row, int other)
    {
        for (int j = 0; j < n; j++)
        {
            (a[row * n + j], a[other * n + j]) = (a[other * n + j], a[row * n + j]);
        }
    }
}
