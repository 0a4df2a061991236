using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>A system whose matrix has three diagonals: the one above, the main one, the one below, each as long as the matrix. It is
/// solved in place of the right sides; false where the matrix is singular.</summary>
internal readonly struct Tridiagonal<T>(T[] diagonals, T[] x, int n, int columns)
    where T : INumberBase<T>
{
    /// <summary>Solves for one or two unknowns.</summary>
    public bool SolveSmall()
    {
        T determinant = n == 1 ? diagonals[1] : (diagonals[2] * diagonals[3]) - (diagonals[0] * diagonals[5]);
        if (T.IsZero(determinant))
        {
            return false;
        }

        for (int j = 0; j < columns; j++)
        {
            if (n == 1)
            {
                x[j] /= determinant;
                continue;
            }

            (T first, T second) = (x[j], x[columns + j]);
            x[j] = ((diagonals[3] * first) - (diagonals[0] * second)) / determinant;
            x[columns + j] = ((diagonals[2] * second) - (diagonals[5] * first)) / determinant;
        }

        return true;
    }

    /// <summary>Eliminates, with rows exchanged where the next one has the larger element.</summary>
    public bool SolveWithPivots()
    {
        // Of each row of the triangular matrix its three elements.
        T[] u = new T[n], next = new T[n], second = new T[n];
        (u[0], next[0]) = (Main(0), Above(0));
        for (int i = 0; i < n - 1; i++)
        {
            bool keeps = Dense.Size(u[i]) >= Dense.Size(Below(i + 1));
            if (keeps && T.IsZero(u[i]))
            {
                return false;
            }

            T factor = keeps ? Below(i + 1) / u[i] : u[i] / Below(i + 1);
            T beyond = i < n - 2 ? Above(i + 1) : T.Zero;
            if (keeps)
            {
                (u[i + 1], next[i + 1]) = (Main(i + 1) - (factor * next[i]), beyond);
            }
            else
            {
                T main = Main(i + 1);
                (u[i], u[i + 1], next[i]) = (Below(i + 1), next[i] - (factor * main), main);
                (second[i], next[i + 1]) = (beyond, -factor * beyond);
                Exchange(i, i + 1);
            }

            Subtract(i + 1, factor, i);
        }

        if (T.IsZero(u[n - 1]))
        {
            return false;
        }

        for (int i = n - 1; i >= 0; i--)
        {
            Subtract(i, i < n - 1 ? next[i] : T.Zero, Math.Min(i + 1, n - 1));
            Subtract(i, i < n - 2 ? second[i] : T.Zero, Math.Min(i + 2, n - 1));
            Divide(i, u[i]);
        }

        return true;
    }

    /// <summary>Eliminates in the given order of the rows.</summary>
    public bool SolvePlain()
    {
        T[] above = new T[n];
        if (T.IsZero(Main(0)))
        {
            return false;
        }

        above[0] = Above(0) / Main(0);
        Divide(0, Main(0));
        for (int i = 1; i < n; i++)
        {
            T pivot = Main(i) - (Below(i) * above[i - 1]);
            if (T.IsZero(pivot))
            {
                return false;
            }

            above[i] = i < n - 1 ? Above(i) / pivot : T.Zero;
            Subtract(i, Below(i), i - 1);
            Divide(i, pivot);
        }

        for (int i = n - 2; i >= 0; i--)
        {
            Subtract(i, above[i], i + 1);
        }

        return true;
    }

    private T Above(int row) => diagonals[row];

    private T Main(int row) => diagonals[n + row];

    private T Below(int row) => diagonals[(2 * n) + row];

    private void Subtract(int row, T factor, int other)
    {
        for (int j = 0; j < columns && !T.IsZero(factor); j++)
        {
            x[row * columns + j] -= factor * x[other * columns + j];
        }
    }

    private void Exchange(int row, int other)
    {
        for (int j = 0; j < columns; j++)
        {
            (x[row * columns + j], x[other * columns + j]) = (x[other * columns + j], x[row * columns + j]);
        }
    }

    private void Divide(int row, T divisor)
    {
        for (int j = 0; j < columns; j++)
        {
            x[row * columns + j] /= divisor;
        }
    }
}
