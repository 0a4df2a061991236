using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Determinants and inverses of matrices.</summary>
internal static class DeterminantKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<Determinant>(table, "BatchMatrixDeterminant");
        MatrixKernel.Add<Inverse>(table, "BatchMatrixInverse", TypeSet.Wide | TypeSet.Of(DType.Float16));
        MatrixKernel.Add<LogDeterminant>(table, "LogMatrixDeterminant");
        MatrixKernel.Add<Determinant>(table, "MatrixDeterminant");
        MatrixKernel.Add<Inverse>(table, "MatrixInverse", MatrixKernel.All | TypeSet.Of(DType.Float16));
    }

    private readonly struct Inverse : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            bool adjoint = context.Node.Bool("adjoint");
            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[]? inverse = Dense.Solve(matrices.Read(i, adjoint), Dense.Identity<T>(n), n, n);
                Matrices<T>.Write(result, i, inverse ?? throw Failure.Invalid("Input is not invertible."));
            }
        }
    }

    private readonly struct Determinant : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Batch);
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
            Value signs = context.Allocate(0, matrices.Batch), logs = context.Allocate(1, matrices.Batch);
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
}
