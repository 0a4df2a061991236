using System.Numerics;

namespace ModelSessions.Cpu.Numerics.Linalg;

/// <summary>Singular values and vectors by Jacobi's two-sided rotations, after a QR decomposition with pivots where the matrix is not
/// square. The order of the rotations is that of Eigen's solver, which decides on the signs of the vectors.</summary>
internal sealed class JacobiSvd<T>
    where T : INumberBase<T>
{
    private readonly double _precision;
    private readonly double _least;
    private readonly int _n;
    private readonly int _uWidth;
    private readonly int _vWidth;
    private readonly T[] _work;
    private double _largest;

    /// <summary>Decomposes a matrix of finite numbers.</summary>
    /// <param name="matrix">The matrix, row by row.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="epsilon">The precision of the type that the numbers come from: it ends the rotations.</param>
    public JacobiSvd(T[] matrix, int rows, int columns, double epsilon)
    {
        _precision = 2 * epsilon;
        _least = epsilon > 1e-10 ? 1.17549435e-38 : 2.2250738585072014e-308;
        _n = Math.Min(rows, columns);
        double scale = matrix.Length == 0 ? 0 : matrix.Max(Dense.Size);
        scale = scale == 0 ? 1 : scale;
        T[] scaled = Array.ConvertAll(matrix, x => x / T.CreateTruncating(scale));
        if (rows > columns)
        {
            (U, T[] r, int[] order, _) = Householder.Pivoting(scaled, rows, columns, epsilon);
            (_work, V, _uWidth, _vWidth) = (r[..(_n * _n)], Permutation(order), rows, columns);
        }
        else if (columns > rows)
        {
            (V, T[] r, int[] order, _) = Householder.Pivoting(Dense.Adjoint(scaled, rows, columns), columns, rows, epsilon);
            (_work, U, _uWidth, _vWidth) = (Dense.Adjoint(r[..(_n * _n)], _n, _n), Permutation(order), rows, columns);
        }
        else
        {
            (_work, U, V, _uWidth, _vWidth) = (scaled, Dense.Identity<T>(_n), Dense.Identity<T>(_n), _n, _n);
        }

        Values = new double[_n];
        Rotate();
        for (int i = 0; i < _n; i++)
        {
            Values[i] = Positive(i) * scale;
        }

        Sort();
    }

    /// <summary>The singular values, descending.</summary>
    public double[] Values { get; }

    /// <summary>The left vectors as columns, of all rows.</summary>
    public T[] U { get; }

    /// <summary>The right vectors as columns, of all columns.</summary>
    public T[] V { get; }

    private static T[] Permutation(int[] order)
    {
        T[] result = new T[order.Length * order.Length];
        for (int k = 0; k < order.Length; k++)
        {
            result[order[k] * order.Length + k] = T.One;
        }

        return result;
    }

    private void Rotate()
    {
        for (int i = 0; i < _n; i++)
        {
            _largest = Math.Max(_largest, Size(i, i));
        }

        for (bool finished = false; !finished;)
        {
            finished = true;
            for (int p = 1; p < _n; p++)
            {
                Interruption.Check();
                for (int q = 0; q < p; q++)
                {
                    if (IsOpen(p, q, _precision))
                    {
                        finished = false;
                        Annihilate(p, q);
                    }
                }
            }
        }
    }

    private double Size(int row, int column) => Dense.Size(_work[row * _n + column]);

    private bool IsOpen(int p, int q, double precision)
    {
        double threshold = Math.Max(_least, precision * _largest);
        return Size(p, q) > threshold || Size(q, p) > threshold;
    }

    private void Annihilate(int p, int q)
    {
        if (typeof(T) == typeof(Complex) && !MakeReal(p, q))
        {
            return;
        }

        double a = Dense.Real(_work[p * _n + p]), b = Dense.Real(_work[p * _n + q]), c = Dense.Real(_work[q * _n + p]), d = Dense.Real(_work[q * _n + q]);
        double turnC = 1, turnS = 0, difference = c - b;
        if (Math.Abs(difference) >= _least)
        {
            double u = (a + d) / difference, length = Math.Sqrt(1 + (u * u));
            (turnS, turnC) = (1 / length, u / length);
        }

        (a, b, d) = ((turnC * a) + (turnS * c), (turnC * b) + (turnS * d), (-turnS * b) + (turnC * d));
        (double rightC, double rightS) = Jacobi(a, b, d);
        double leftC = (turnC * rightC) + (turnS * rightS), leftS = (turnS * rightC) - (turnC * rightS);
        RotateRows(_work, p, q, T.CreateTruncating(leftC), T.CreateTruncating(leftS));
        RotateColumns(U, _uWidth, p, q, T.CreateTruncating(leftC), -T.CreateTruncating(leftS));
        RotateColumns(_work, _n, p, q, T.CreateTruncating(rightC), T.CreateTruncating(rightS));
        RotateColumns(V, _vWidth, p, q, T.CreateTruncating(rightC), T.CreateTruncating(rightS));
        _largest = Math.Max(_largest, Math.Max(Size(p, p), Size(q, q)));
    }

    // The rotation that makes a symmetric 2×2 matrix diagonal.
    private (double C, double S) Jacobi(double x, double y, double z)
    {
        double twice = 2 * Math.Abs(y);
        if (twice < _least)
        {
            return (1, 0);
        }

        double tau = (x - z) / twice, w = Math.Sqrt((tau * tau) + 1);
        double t = tau > 0 ? 1 / (tau + w) : 1 / (tau - w), c = 1 / Math.Sqrt((t * t) + 1);
        return (c, -(t > 0 ? 1 : -1) * Math.Sign(y) * Math.Abs(t) * c);
    }

    // Rows x and y become c·x + s̄·y and −s·x + c̄·y.
    private void RotateRows(T[] a, int p, int q, T c, T s)
    {
        for (int j = 0; j < _n; j++)
        {
            (T x, T y) = (a[p * _n + j], a[q * _n + j]);
            a[p * _n + j] = (c * x) + (Dense.Conjugate(s) * y);
            a[q * _n + j] = (Dense.Conjugate(c) * y) - (s * x);
        }
    }

    // Columns x and y become c·x − s·y and s̄·x + c̄·y.
    private static void RotateColumns(T[] a, int width, int p, int q, T c, T s)
    {
        for (int row = 0; row < a.Length; row += width)
        {
            (T x, T y) = (a[row + p], a[row + q]);
            a[row + p] = (c * x) - (s * y);
            a[row + q] = (Dense.Conjugate(s) * x) + (Dense.Conjugate(c) * y);
        }
    }

    // Turns phases until the block of p and q is real; false if it is diagonal then.
    private bool MakeReal(int p, int q)
    {
        double length = Math.Sqrt(Dense.Square(_work[p * _n + p]) + Dense.Square(_work[q * _n + p]));
        if (length == 0)
        {
            _work[p * _n + p] = _work[q * _n + p] = T.Zero;
            TurnRow(p, q);
        }
        else
        {
            T n = T.CreateTruncating(length), c = Dense.Conjugate(_work[p * _n + p]) / n, s = _work[q * _n + p] / n;
            RotateRows(_work, p, q, c, s);
            RotateColumns(U, _uWidth, p, q, Dense.Conjugate(c), -s);
            if (Math.Abs(Dense.Imaginary(_work[p * _n + q])) > _least)
            {
                T phase = Phase(_work[p * _n + q]);
                Scale(_work, q, _n, phase);
                Scale(V, q, _vWidth, phase);
            }
        }

        TurnRow(q, q);
        _largest = Math.Max(_largest, Math.Max(Size(p, p), Size(q, q)));
        return IsOpen(p, q, _precision / 2);
    }

    private static T Phase(T x) => T.CreateTruncating(Dense.Size(x)) / x;

    private void TurnRow(int row, int column)
    {
        T item = _work[row * _n + column];
        if (Math.Abs(Dense.Imaginary(item)) <= _least)
        {
            return;
        }

        T phase = Phase(item);
        for (int j = 0; j < _n; j++)
        {
            _work[row * _n + j] *= phase;
        }

        Scale(U, row, _uWidth, Dense.Conjugate(phase));
    }

    private static void Scale(T[] a, int column, int width, T factor)
    {
        for (int at = column; at < a.Length; at += width)
        {
            a[at] *= factor;
        }
    }

    private double Positive(int i)
    {
        T item = _work[i * (_n + 1)];
        double size = Dense.Size(item);
        if (Math.Abs(Dense.Imaginary(item)) > _least)
        {
            Scale(U, i, _uWidth, item / T.CreateTruncating(size));
        }
        else if (Dense.Real(item) < 0)
        {
            Scale(U, i, _uWidth, -T.One);
        }

        return size;
    }

    private void Sort()
    {
        for (int i = 0; i < _n; i++)
        {
            int most = i;
            for (int j = i + 1; j < _n; j++)
            {
                most = Values[j] > Values[most] ? j : most;
            }

            (Values[i], Values[most]) = (Values[most], Values[i]);
            Householder.Swap(U, _uWidth, i, most);
            Householder.Swap(V, _vWidth, i, most);
        }
    }
}
