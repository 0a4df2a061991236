using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Factors, inverses, determinants and solutions of batches of matrices. Computed in double, complex ones in complex128.</summary>
internal static class MatrixKernels
{
    public static void Register(KernelTable table)
    {
        Add<Cholesky>(table, "Cholesky");
        Add<LogDeterminant>(table, "LogMatrixDeterminant");
        Add<Determinant>(table, "MatrixDeterminant");
        Add<Inverse>(table, "MatrixInverse");
        Add<Solve>(table, "MatrixSolve");
        Add<TriangularSolve>(table, "MatrixTriangularSolve");
        Add<Qr>(table, "Qr");
    }

    private interface IMatrixKernel
    {
        static abstract void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>;
    }

    private static void Add<TKernel>(KernelTable table, string op)
        where TKernel : IMatrixKernel => table.Add(op, "T", TypeSet.Wide | TypeSet.Complexes, (node, _) => node.DType("T").IsComplex()
            ? context => TKernel.Run(context, new Matrices<Complex>(context))
            : context => TKernel.Run(context, new Matrices<double>(context)));

    private static EngineException Singular() => Failure.Invalid("Input matrix is not invertible.");

    private readonly struct Cholesky : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Matrices<T>.Write(result, i, Dense.Cholesky(matrices.Read(i), n));
            }
        }
    }

    private readonly struct Inverse : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[] identity = new T[n * n];
                for (int k = 0; k < n; k++)
                {
                    identity[k * (n + 1)] = T.One;
                }

                Matrices<T>.Write(result, i, Dense.Solve(matrices.Read(i, context.Node.Bool("adjoint")), identity, n, n) ?? throw Singular());
            }
        }
    }

    private readonly struct Determinant : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Input.Dimensions[..^2]);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[] factors = matrices.Read(i);
                T product = T.CreateTruncating(Dense.Factor(factors, n).Sign);
                for (int k = 0; k < n; k++)
                {
                    product *= factors[k * (n + 1)];
                }

                Matrices<T>.Write(result, i, [product]);
            }
        }
    }

    private readonly struct LogDeterminant : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value signs = context.Allocate(0, matrices.Input.Dimensions[..^2]), logs = context.Allocate(1, matrices.Input.Dimensions[..^2]);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[] factors = matrices.Read(i);
                T sign = T.CreateTruncating(Dense.Factor(factors, n).Sign);
                double log = 0;
                for (int k = 0; k < n; k++)
                {
                    double size = Dense.Size(factors[k * (n + 1)]);
                    sign *= size == 0 ? T.Zero : factors[k * (n + 1)] / T.CreateTruncating(size);
                    log += System.Math.Log(size);
                }

                Matrices<T>.Write(signs, i, [sign]);
                Matrices<T>.Write(logs, i, [T.CreateTruncating(log)]);
            }
        }
    }

    private readonly struct Solve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Matrices<T> right = new(context, 1);
            if (right.Rows != n || !right.Input.Dimensions[..^2].SequenceEqual(matrices.Input.Dimensions[..^2]))
            {
                throw Failure.Invalid($"Input matrix and rhs are incompatible: {matrices.Input.Shape} and {right.Input.Shape}");
            }

            Value result = context.Allocate(0, right.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Matrices<T>.Write(result, i, Dense.Solve(matrices.Read(i, context.Node.Bool("adjoint")), right.Read(i), n, right.Columns) ?? throw Singular());
            }
        }
    }

    private readonly struct TriangularSolve : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Matrices<T> right = new(context, 1);
            (bool lower, bool adjoint) = (context.Node.Bool("lower"), context.Node.Bool("adjoint"));
            int rank = System.Math.Max(matrices.Input.Rank, right.Input.Rank);
            long[] shape = new long[rank];
            if (right.Rows != n || !BroadcastLoop.TryMerge(matrices.Input.Dimensions[..^2], right.Input.Dimensions[..^2], shape.AsSpan(..^2)))
            {
                throw Failure.Invalid($"Input matrix and rhs are incompatible: {matrices.Input.Shape} and {right.Input.Shape}");
            }

            (shape[^2], shape[^1]) = (n, right.Columns);
            Value result = context.Allocate(0, shape);
            BroadcastLoop loop = new(matrices.Input.Dimensions[..^2], right.Input.Dimensions[..^2], stackalloc long[3 * (rank - 2)]);
            for (int i = 0, count = (int)new Shape(shape.AsSpan(..^2)).ElementCount; i < count; i++)
            {
                (long outer, long inner) = System.Math.DivRem(i, loop.InnerLength);
                (long aAt, long bAt) = loop.Start(outer);
                T[] a = matrices.Read((int)(aAt + inner * loop.XInnerStep)), x = right.Read((int)(bAt + inner * loop.YInnerStep));
                for (int k = 0; k < n; k++)
                {
                    _ = T.IsZero(a[k * (n + 1)]) ? throw Singular() : 0;
                }

                Dense.Substitute(adjoint ? Dense.Adjoint(a, n, n) : a, x, n, right.Columns, lower != adjoint);
                Matrices<T>.Write(result, i, x);
            }
        }
    }

    private readonly struct Qr : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            (int rows, int columns) = (matrices.Rows, matrices.Columns);
            int width = context.Node.Bool("full_matrices") ? rows : System.Math.Min(rows, columns);
            ReadOnlySpan<long> batch = matrices.Input.Dimensions[..^2];
            Value left = context.Allocate(0, [.. batch, rows, width]), right = context.Allocate(1, [.. batch, width, columns]);
            for (int i = 0; i < matrices.Count; i++)
            {
                (T[] q, T[] r) = Dense.Orthogonal(matrices.Read(i), rows, columns);
                T[] part = new T[rows * width];
                for (int at = 0; at < part.Length; at++)
                {
                    part[at] = q[at / width * rows + at % width];
                }

                Matrices<T>.Write(left, i, part);
                Matrices<T>.Write(right, i, r[..(width * columns)]);
            }
        }
    }
}
