using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Factors of matrices: Cholesky's, LU, QR.</summary>
internal static class FactorKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<Cholesky>(table, "BatchCholesky", TypeSet.Wide);
        MatrixKernel.Add<CholeskyGradient>(table, "BatchCholeskyGrad", TypeSet.Wide);
        MatrixKernel.Add<Cholesky>(table, "Cholesky");
        MatrixKernel.Add<CholeskyGradient>(table, "CholeskyGrad", TypeSet.Wide);
        MatrixKernel.Add<Lu>(table, "Lu");
        MatrixKernel.Add<Qr>(table, "Qr", MatrixKernel.All | TypeSet.Of(DType.Float16));
    }

    // Where there is no factor its half is NaN; of complex numbers, which have no NaN in C++, zeros.
    private readonly struct Cholesky : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Matrices<T>.Write(result, i, Dense.Cholesky(matrices.Read(i), n) ?? Failed<T>(n));
            }
        }

        private static T[] Failed<T>(int n)
            where T : INumberBase<T>
        {
            T[] result = new T[n * n];
            for (int row = 0; row < n && typeof(T) == typeof(double); row++)
            {
                result.AsSpan(row * n, row + 1).Fill(T.CreateTruncating(double.NaN));
            }

            return result;
        }
    }

    // Murray, "Differentiation of the Cholesky decomposition", arXiv 1602.07527: L⁻ᵀ·Φ(Lᵀ·dL)·L⁻¹, made symmetric.
    private readonly struct CholeskyGradient : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Matrices<T> gradients = matrices.Beside(context, 1);
            if (gradients.Square() != n)
            {
                throw Failure.Invalid($"Inputs must have equal size: {matrices.Input.Shape} and {gradients.Input.Shape}");
            }

            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Matrices<T>.Write(result, i, Gradient(matrices.Read(i), gradients.Read(i), n));
            }
        }

        private static T[] Gradient<T>(T[] l, T[] dl, int n)
            where T : INumberBase<T>
        {
            Keep(l, n, half: false);
            Keep(dl, n, half: false);
            T[] adjoint = Dense.Adjoint(l, n, n), middle = Dense.Multiply(adjoint, dl, n, n, n);
            Keep(middle, n, half: true);
            Dense.Substitute(adjoint, middle, n, n, lower: false);
            T[] turned = Dense.Adjoint(middle, n, n);
            Dense.Substitute(adjoint, turned, n, n, lower: false);
            T[] other = Dense.Adjoint(turned, n, n);
            T two = T.One + T.One;
            for (int i = 0; i < turned.Length; i++)
            {
                turned[i] = (turned[i] + other[i]) / two;
            }

            return turned;
        }

        // The lower half, with the diagonal or half of it.
        private static void Keep<T>(T[] a, int n, bool half)
            where T : INumberBase<T>
        {
            for (int row = 0; row < n; row++)
            {
                a.AsSpan(row * n + row + 1, n - row - 1).Clear();
                a[row * (n + 1)] /= half ? T.One + T.One : T.One;
            }
        }
    }

    private readonly struct Lu : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value factors = context.Allocate(0, matrices.Input.Dimensions), orders = context.Allocate(1, [.. matrices.Batch, n]);
            for (int i = 0; i < matrices.Count; i++)
            {
                T[] a = matrices.Read(i);
                (int[] order, int sign) = Dense.Factor(a, n);
                if (sign == 0)
                {
                    throw Failure.Invalid("Input is not invertible.");
                }

                Matrices<T>.Write(factors, i, a);
                for (int k = 0; k < n; k++)
                {
                    ShapeKernels.WriteInteger(orders, i * n + k, order[k]);
                }
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
            Value left = context.Allocate(0, [.. matrices.Batch, rows, width]), right = context.Allocate(1, [.. matrices.Batch, width, columns]);
            for (int i = 0; i < matrices.Count; i++)
            {
                (T[] q, T[] r) = Householder.Orthogonal(matrices.Read(i), rows, columns);
                Matrices<T>.Write(left, i, Dense.Columns(q, rows, width));
                Matrices<T>.Write(right, i, r.AsSpan(0, width * columns));
            }
        }
    }
}
