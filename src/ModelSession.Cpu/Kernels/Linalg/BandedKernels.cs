using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Matrices of few diagonals.</summary>
internal static class BandedKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<BandedSolve>(table, "BandedTriangularSolve");
        MatrixKernel.Add<Product>(table, "TridiagonalMatMul");
        MatrixKernel.Add<Solve>(table, "TridiagonalSolve");
    }

    // The diagonals from the uppermost down, aligned as LEFT_RIGHT.
    private readonly struct BandedSolve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            (int bands, int n) = (matrices.Rows, matrices.Columns);
            Matrices<T> right = new(context, 1);
            (bool lower, bool adjoint) = (context.Node.Bool("lower"), context.Node.Bool("adjoint"));
            if (right.Rows != n || bands == 0)
            {
                throw Failure.Invalid($"Input matrix and rhs are incompatible: {matrices.Input.Shape} and {right.Input.Shape}");
            }

            BatchPairs batches = new(matrices.Input, right.Input);
            Value result = context.Allocate(0, [.. batches.Shape, n, right.Columns]);
            for (int i = 0; i < batches.Count; i++)
            {
                (int a, int b) = batches.At(i);
                T[] matrix = Full(matrices.Read(a), bands, n, lower), x = right.Read(b);
                Dense.Substitute(adjoint ? Dense.Adjoint(matrix, n, n) : matrix, x, n, right.Columns, lower != adjoint);
                Matrices<T>.Write(result, i, x);
            }
        }

        private static T[] Full<T>(T[] diagonals, int bands, int n, bool lower)
            where T : INumberBase<T>
        {
            T[] matrix = new T[n * n];
            for (int band = 0; band < bands; band++)
            {
                int distance = lower ? band : bands - 1 - band;
                for (int i = distance; i < n; i++)
                {
                    T item = diagonals[band * n + (lower ? i : i - distance)];
                    matrix[lower ? i * n + i - distance : (i - distance) * n + i] = item;
                    _ = distance == 0 && T.IsZero(item) ? throw Failure.Invalid("Input matrix is not invertible.") : 0;
                }
            }

            return matrix;
        }
    }

    private readonly struct Product : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            Matrices<T> main = matrices.Beside(context, 1), sub = matrices.Beside(context, 2), right = matrices.Beside(context, 3);
            int n = right.Rows, columns = right.Columns;
            foreach (Matrices<T> diagonal in (ReadOnlySpan<Matrices<T>>)[matrices, main, sub])
            {
                if (diagonal.Rows != 1 || diagonal.Columns != n)
                {
                    throw Failure.Invalid($"The diagonals must be of shape [..., 1, {n}] for a right-hand side of shape {right.Input.Shape}, not {diagonal.Input.Shape}.");
                }
            }

            Value result = context.Allocate(0, right.Input.Dimensions);
            for (int i = 0; i < right.Count; i++)
            {
                T[] above = matrices.Read(i), middle = main.Read(i), below = sub.Read(i), x = right.Read(i), y = new T[x.Length];
                for (int at = 0; at < y.Length; at++)
                {
                    int row = at / columns;
                    y[at] = middle[row] * x[at];
                    y[at] += row < n - 1 ? above[row] * x[at + columns] : T.Zero;
                    y[at] += row > 0 ? below[row] * x[at - columns] : T.Zero;
                }

                Matrices<T>.Write(result, i, y);
            }
        }
    }

    private readonly struct Solve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            Matrices<T> right = matrices.Beside(context, 1);
            int n = matrices.Columns;
            if (matrices.Rows != 3 || right.Rows != n)
            {
                throw Failure.Invalid($"Expected diagonals and right-hand side to have shape [..., 3, M] and [..., M, K], got {matrices.Input.Shape} and {right.Input.Shape}.");
            }

            bool pivots = context.Node.Bool("partial_pivoting");
            Value result = context.Allocate(0, right.Input.Dimensions);
            for (int i = 0; i < matrices.Count && result.LongCount > 0; i++)
            {
                T[] x = right.Read(i);
                Tridiagonal<T> system = new(matrices.Read(i), x, n, right.Columns);
                if (!(n <= 2 ? system.SolveSmall() : pivots ? system.SolveWithPivots() : system.SolvePlain()))
                {
                    System.Array.Fill(x, T.CreateTruncating(double.NaN));
                }

                Matrices<T>.Write(result, i, x);
            }
        }
    }
}
