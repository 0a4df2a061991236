using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Solutions of systems of linear equations.</summary>
internal static class SolveKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<Solve>(table, "BatchMatrixSolve");
        MatrixKernel.Add<LeastSquares>(table, "BatchMatrixSolveLs", TypeSet.Wide);
        MatrixKernel.Add<TriangularSolve>(table, "BatchMatrixTriangularSolve");
        MatrixKernel.Add<Solve>(table, "MatrixSolve");
        MatrixKernel.Add<LeastSquares>(table, "MatrixSolveLs");
        MatrixKernel.Add<TriangularSolve>(table, "MatrixTriangularSolve");
    }

    private readonly struct Solve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Matrices<T> right = matrices.RightSides(context);
            bool adjoint = context.Node.Bool("adjoint");
            Value result = context.Allocate(0, right.Input.Dimensions);
            for (int i = 0; i < matrices.Count && right.Columns > 0; i++)
            {
                T[]? x = Dense.Solve(matrices.Read(i, adjoint), right.Read(i), n, right.Columns);
                Matrices<T>.Write(result, i, x ?? throw Failure.Invalid("Input matrix is not invertible."));
            }
        }
    }

    // A zero on the diagonal gives infinities, as in TensorFlow.
    private readonly struct TriangularSolve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Matrices<T> right = new(context, 1);
            (bool lower, bool adjoint) = (context.Node.Bool("lower"), context.Node.Bool("adjoint"));
            if (right.Rows != n)
            {
                throw Failure.Invalid($"Input matrix and rhs are incompatible: {matrices.Input.Shape} and {right.Input.Shape}");
            }

            BatchPairs batches = new(matrices.Input, right.Input);
            Value result = context.Allocate(0, [.. batches.Shape, n, right.Columns]);
            for (int i = 0; i < batches.Count && result.LongCount > 0; i++)
            {
                (int a, int b) = batches.At(i);
                T[] x = right.Read(b);
                Dense.Substitute(matrices.Read(a, adjoint), x, n, right.Columns, lower != adjoint);
                Matrices<T>.Write(result, i, x);
            }
        }
    }

    private readonly struct LeastSquares : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            Matrices<T> right = matrices.RightSides(context);
            Value regularizer = context.Input(2);
            double l2 = regularizer.Rank == 0 ? regularizer.Scalar<double>() : throw Failure.Invalid($"l2_regularizer must be scalar, got shape {regularizer.Shape}");
            if (l2 < 0)
            {
                throw Failure.Invalid("l2_regularizer must be >= 0.");
            }

            bool fast = context.Node.Bool("fast");
            (int rows, int columns) = (matrices.Rows, matrices.Columns);
            Value result = context.Allocate(0, [.. matrices.Batch, columns, right.Columns]);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[] a = matrices.Read(i), b = right.Read(i);
                T[]? x = rows == 0 ? new T[columns * right.Columns]
                    : !fast ? Smallest(a, b, (rows, columns, right.Columns), matrices.Epsilon)
                    : rows >= columns ? Overdetermined(a, b, (rows, columns, right.Columns), l2)
                    : Underdetermined(a, b, (rows, columns, right.Columns), l2);
                Matrices<T>.Write(result, i, x ?? throw Failure.Invalid(
                    "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or provide a larger l2_regularizer > 0."));
            }
        }

        // (Aᴴ·A + λ)⁻¹·Aᴴ·B
        private static T[]? Overdetermined<T>(T[] a, T[] b, (int Rows, int Columns, int Right) size, double l2)
            where T : INumberBase<T>
        {
            T[] adjoint = Dense.Adjoint(a, size.Rows, size.Columns);
            T[] gramian = Regularized(Dense.Multiply(adjoint, a, size.Columns, size.Rows, size.Columns), size.Columns, l2);
            return CholeskySolve(gramian, Dense.Multiply(adjoint, b, size.Columns, size.Rows, size.Right), size.Columns, size.Right);
        }

        // Aᴴ·(A·Aᴴ + λ)⁻¹·B
        private static T[]? Underdetermined<T>(T[] a, T[] b, (int Rows, int Columns, int Right) size, double l2)
            where T : INumberBase<T>
        {
            T[] adjoint = Dense.Adjoint(a, size.Rows, size.Columns);
            T[] gramian = Regularized(Dense.Multiply(a, adjoint, size.Rows, size.Columns, size.Rows), size.Rows, l2);
            return CholeskySolve(gramian, b, size.Rows, size.Right) is { } inner ? Dense.Multiply(adjoint, inner, size.Columns, size.Rows, size.Right) : null;
        }

        private static T[] Regularized<T>(T[] gramian, int n, double l2)
            where T : INumberBase<T>
        {
            for (int k = 0; k < n; k++)
            {
                gramian[k * (n + 1)] += T.CreateTruncating(l2);
            }

            return gramian;
        }

        private static T[]? CholeskySolve<T>(T[] a, T[] b, int n, int columns)
            where T : INumberBase<T>
        {
            if (Dense.Cholesky(a, n) is not { } factor)
            {
                return null;
            }

            Dense.Substitute(factor, b, n, columns, lower: true);
            Dense.Substitute(Dense.Adjoint(factor, n, n), b, n, columns, lower: false);
            return b;
        }

        // The smallest solution, of however low a rank the matrix is.
        private static T[] Smallest<T>(T[] a, T[] b, (int Rows, int Columns, int Right) size, double epsilon)
            where T : INumberBase<T>
        {
            (T[] q, T[] r, int[] order, int rank) = Householder.Pivoting(a, size.Rows, size.Columns, epsilon);
            T[] y = Dense.Multiply(Dense.Adjoint(q, size.Rows, size.Rows), b, size.Rows, size.Rows, size.Right)[..(rank * size.Right)];

            // R's rows are wide: Rᴴ = Z·U, so R·x = y has the solution Z·U⁻ᴴ·y.
            (T[] z, T[] u) = Householder.Orthogonal(Dense.Adjoint(r[..(rank * size.Columns)], rank, size.Columns), size.Columns, rank);
            Dense.Substitute(Dense.Adjoint(u[..(rank * rank)], rank, rank), y, rank, size.Right, lower: true);
            T[] turned = Dense.Multiply(Dense.Columns(z, size.Columns, rank), y, size.Columns, rank, size.Right), x = new T[turned.Length];
            for (int i = 0; i < size.Columns; i++)
            {
                turned.AsSpan(i * size.Right, size.Right).CopyTo(x.AsSpan(order[i] * size.Right));
            }

            return x;
        }
    }
}
