using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Eigenvalues and eigenvectors.</summary>
internal static class EigenKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<SelfAdjointBoth>(table, "BatchSelfAdjointEig", TypeSet.Wide);
        MatrixKernel.Add<SelfAdjointEig>(table, "BatchSelfAdjointEigV2", TypeSet.Wide);
        MatrixKernel.Add<Eig>(table, "Eig");
        MatrixKernel.Add<SelfAdjointBoth>(table, "SelfAdjointEig", TypeSet.Wide);
        MatrixKernel.Add<SelfAdjointEig>(table, "SelfAdjointEigV2");
    }

    private static (double[] Values, T[] Vectors) Decompose<T>(Matrices<T> matrices, int index)
        where T : INumberBase<T> => SelfAdjoint.Decompose(matrices.Read(index), matrices.Rows, matrices.Epsilon)
            ?? throw Failure.Invalid("Self-adjoint eigen decomposition was not successful. The input might not be valid.");

    private static Value Vectors(KernelContext context, ReadOnlySpan<long> shape)
    {
        if (context.Node.Bool("compute_v"))
        {
            return context.Allocate(1, shape);
        }

        // TensorFlow gives a scalar that nobody may read.
        Value none = context.Allocate(1, []);
        Array.FillKernels.Clear(none);
        return none;
    }

    private readonly struct SelfAdjointEig : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            bool vectors = context.Node.Bool("compute_v");
            Value values = context.Allocate(0, [.. matrices.Batch, n]), columns = Vectors(context, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                (double[] e, T[] v) = Decompose(matrices, i);
                Matrices<T>.Write(values, i, e);
                if (vectors)
                {
                    Matrices<T>.Write(columns, i, v);
                }
            }
        }
    }

    private readonly struct SelfAdjointBoth : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, [.. matrices.Batch, n + 1, n]);
            for (int i = 0; i < matrices.Count; i++)
            {
                (double[] e, T[] v) = Decompose(matrices, i);
                Matrices<T>.Write(result, i, [.. e.Select(T.CreateTruncating), .. v]);
            }
        }
    }

    // Each vector has length 1; the values of complex matrices come by size.
    private readonly struct Eig : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            bool vectors = context.Node.Bool("compute_v");
            Value values = context.Allocate(0, [.. matrices.Batch, n]), columns = Vectors(context, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Complex[] a = System.Array.ConvertAll(matrices.Read(i), x => x is Complex z ? z : Dense.Real(x));
                ComplexSchur schur = new(a, n, matrices.Epsilon < 1e-10 ? 1e-12 : 1e-5f);
                if (!schur.Succeeded || a.Any(x => !Complex.IsFinite(x)))
                {
                    throw Failure.Invalid("Eigen decomposition was not successful. The input might not be valid.");
                }

                (Complex[] e, Complex[] v) = Unit(schur, n, matrices.Epsilon);
                if (typeof(T) == typeof(Complex))
                {
                    Sort(e, v, n);
                }

                Matrices<Complex>.Write(values, i, e);
                if (vectors)
                {
                    Matrices<Complex>.Write(columns, i, v);
                }
            }
        }

        private static (Complex[] Values, Complex[] Vectors) Unit(ComplexSchur schur, int n, double epsilon)
        {
            Complex[] t = schur.T, x = Dense.Identity<Complex>(n);
            double norm = System.Math.Max(System.Math.Sqrt(t.Sum(Dense.Square)), 1e-300);
            for (int k = n - 1; k >= 0; k--)
            {
                for (int i = k - 1; i >= 0; i--)
                {
                    Complex sum = -t[i * n + k];
                    for (int j = i + 1; j < k; j++)
                    {
                        sum -= t[i * n + j] * x[j * n + k];
                    }

                    Complex difference = t[i * (n + 1)] - t[k * (n + 1)];
                    x[i * n + k] = sum / (difference == Complex.Zero ? epsilon * norm : difference);
                }
            }

            Complex[] vectors = Dense.Multiply(schur.U, x, n, n, n);
            Complex[] values = [.. Enumerable.Range(0, n).Select(i => t[i * (n + 1)])];
            for (int i = 0; i < n; i++)
            {
                double length = System.Math.Sqrt(Householder.Column(vectors, n, i, 0).Sum(Dense.Square));
                for (int row = 0; row < n; row++)
                {
                    vectors[row * n + i] /= length;
                }
            }

            return (values, vectors);
        }

        private static void Sort(Complex[] values, Complex[] vectors, int n)
        {
            for (int i = 0; i < n; i++)
            {
                int least = i;
                for (int j = i + 1; j < n; j++)
                {
                    least = Complex.Abs(values[j]) < Complex.Abs(values[least]) ? j : least;
                }

                (values[i], values[least]) = (values[least], values[i]);
                Householder.Swap(vectors, n, i, least);
            }
        }
    }
}
