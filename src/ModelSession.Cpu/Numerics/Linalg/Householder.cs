using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>Reflections <c>I − τ·v·vᴴ</c> with the signs of Eigen's, whose results TensorFlow's graphs were trained with. Matrices lie row
/// by row.</summary>
internal static class Householder
{
    // The smallest normal number.
    private const double Least = 2.2250738585072014e-308;

    /// <summary>The reflection that brings a vector to a multiple of the first axis.</summary>
    /// <returns>Its τ and v, and the multiple, a real number.</returns>
    public static (T Tau, T[] V, double Beta) Make<T>(ReadOnlySpan<T> x)
        where T : INumberBase<T>
    {
        T[] v = new T[x.Length];
        v[0] = T.One;
        double tail = 0;
        foreach (T item in x[1..])
        {
            tail += Dense.Square(item);
        }

        T head = x[0];
        double real = Dense.Real(head), imaginary = Dense.Square(head - T.CreateTruncating(real));
        if (tail <= Least && imaginary <= Least)
        {
            return (T.Zero, v, real);
        }

        double beta = Math.Sqrt(Dense.Square(head) + tail);
        beta = real >= 0 ? -beta : beta;
        T end = T.CreateTruncating(beta);
        for (int i = 1; i < x.Length; i++)
        {
            v[i] = x[i] / (head - end);
        }

        return (Dense.Conjugate((end - head) / end), v, beta);
    }

    /// <summary>Reflects rows from <paramref name="row"/> on, in the columns from <paramref name="column"/> on: <c>A − τ·v·(vᴴ·A)</c>.</summary>
    public static void Left<T>(T[] a, int columns, int row, int column, T tau, T[] v)
        where T : INumberBase<T>
    {
        for (int j = column; j < columns && !T.IsZero(tau); j++)
        {
            Interruption.Check();
            T dot = T.Zero;
            for (int i = 0; i < v.Length; i++)
            {
                dot += Dense.Conjugate(v[i]) * a[(row + i) * columns + j];
            }

            dot *= tau;
            for (int i = 0; i < v.Length; i++)
            {
                a[(row + i) * columns + j] -= v[i] * dot;
            }
        }
    }

    /// <summary>Reflects columns from <paramref name="column"/> on: <c>A − τ·(A·v)·vᴴ</c>.</summary>
    public static void Right<T>(T[] a, int columns, int column, T tau, T[] v)
        where T : INumberBase<T>
    {
        for (int at = column; at < a.Length && !T.IsZero(tau); at += columns)
        {
            Interruption.Check();
            T dot = T.Zero;
            for (int j = 0; j < v.Length; j++)
            {
                dot += a[at + j] * v[j];
            }

            dot *= tau;
            for (int j = 0; j < v.Length; j++)
            {
                a[at + j] -= dot * Dense.Conjugate(v[j]);
            }
        }
    }

    /// <summary>Part of a column.</summary>
    public static T[] Column<T>(T[] a, int columns, int column, int from)
    {
        T[] result = new T[a.Length / columns - from];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = a[(from + i) * columns + column];
        }

        return result;
    }

    /// <summary>Q of all rows, and R, of a matrix.</summary>
    public static (T[] Q, T[] R) Orthogonal<T>(T[] a, int rows, int columns)
        where T : INumberBase<T>
    {
        T[] r = [.. a], q = Dense.Identity<T>(rows);
        for (int k = 0; k < Math.Min(rows, columns); k++)
        {
            (T tau, T[] v, double beta) = Make<T>(Column(r, columns, k, k));
            Left(r, columns, k, k + 1, tau, v);
            Right(q, rows, k, Dense.Conjugate(tau), v);
            Settle(r, columns, k, beta);
        }

        return (q, r);
    }

    /// <summary>Q of all rows and R, with the largest remaining column taken first each time.</summary>
    /// <returns>Also which column went where, and how many columns are more than rounding errors of the given size.</returns>
    public static (T[] Q, T[] R, int[] Order, int Rank) Pivoting<T>(T[] a, int rows, int columns, double epsilon)
        where T : INumberBase<T>
    {
        T[] r = [.. a], q = Dense.Identity<T>(rows);
        int[] order = [.. Enumerable.Range(0, columns)];
        double[] norms = [.. order.Select(j => Norm(r, columns, j, 0))], exact = [.. norms];
        int size = Math.Min(rows, columns);
        double largest = 0;
        for (int k = 0; k < size; k++)
        {
            int pivot = k;
            for (int j = k + 1; j < columns; j++)
            {
                pivot = norms[j] > norms[pivot] ? j : pivot;
            }

            Swap(r, columns, k, pivot);
            (order[k], order[pivot], norms[pivot], exact[pivot]) = (order[pivot], order[k], norms[k], exact[k]);
            (T tau, T[] v, double beta) = Make<T>(Column(r, columns, k, k));
            Left(r, columns, k, k + 1, tau, v);
            Right(q, rows, k, Dense.Conjugate(tau), v);
            Settle(r, columns, k, beta);
            largest = Math.Max(largest, Math.Abs(beta));
            for (int j = k + 1; j < columns; j++)
            {
                Shorten(r, columns, j, k, norms, exact, Math.Sqrt(epsilon));
            }
        }

        int rank = Enumerable.Range(0, size).Count(k => Dense.Size(r[k * (columns + 1)]) > largest * epsilon * size);
        return (q, r, order, rank);
    }

    // The norm of a column without its next element; computed anew where it has lost too many digits.
    private static void Shorten<T>(T[] r, int columns, int j, int k, double[] norms, double[] exact, double threshold)
        where T : INumberBase<T>
    {
        if (norms[j] == 0)
        {
            return;
        }

        double part = Dense.Size(r[k * columns + j]) / norms[j], left = Math.Max((1 + part) * (1 - part), 0);
        if (left * Math.Pow(norms[j] / exact[j], 2) <= threshold)
        {
            norms[j] = exact[j] = Norm(r, columns, j, k + 1);
        }
        else
        {
            norms[j] *= Math.Sqrt(left);
        }
    }

    private static void Settle<T>(T[] r, int columns, int k, double beta)
        where T : INumberBase<T>
    {
        r[k * columns + k] = T.CreateTruncating(beta);
        for (int at = (k + 1) * columns + k; at < r.Length; at += columns)
        {
            r[at] = T.Zero;
        }
    }

    private static double Norm<T>(T[] a, int columns, int column, int from)
        where T : INumberBase<T>
    {
        double sum = 0;
        for (int at = from * columns + column; at < a.Length; at += columns)
        {
            sum += Dense.Square(a[at]);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Exchanges two columns.</summary>
    public static void Swap<T>(T[] a, int columns, int x, int y)
    {
        for (int row = 0; row < a.Length; row += columns)
        {
            (a[row + x], a[row + y]) = (a[row + y], a[row + x]);
        }
    }
}
