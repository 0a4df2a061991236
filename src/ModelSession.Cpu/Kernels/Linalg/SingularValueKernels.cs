using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Singular values and vectors.</summary>
internal static class SingularValueKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<Svd>(table, "BatchSvd");
        MatrixKernel.Add<Svd>(table, "Svd");
    }

    private readonly struct Svd : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            (int rows, int columns) = (matrices.Rows, matrices.Columns);
            int least = System.Math.Min(rows, columns);
            (bool vectors, bool full) = (context.Node.Bool("compute_uv"), context.Node.Bool("full_matrices"));
            (int uWidth, int vWidth) = full ? (rows, columns) : (least, least);
            Value values = context.Allocate(0, [.. matrices.Batch, least]);
            Value left = vectors ? context.Allocate(1, [.. matrices.Batch, rows, uWidth]) : None(context, 1);
            Value right = vectors ? context.Allocate(2, [.. matrices.Batch, columns, vWidth]) : None(context, 2);
            for (int i = 0; i < matrices.Count; i++)
            {
                (double[] s, T[] u, T[] v) = Decompose(matrices, i);
                Matrices<T>.Write(values, i, s);
                if (vectors)
                {
                    Matrices<T>.Write(left, i, Dense.Columns(u, rows, uWidth));
                    Matrices<T>.Write(right, i, Dense.Columns(v, columns, vWidth));
                }
            }
        }

        private static (double[] Values, T[] U, T[] V) Decompose<T>(Matrices<T> matrices, int index)
            where T : INumberBase<T>
        {
            (int rows, int columns) = (matrices.Rows, matrices.Columns);
            T[] matrix = matrices.Read(index);
            if (System.Array.TrueForAll(matrix, T.IsFinite))
            {
                JacobiSvd<T> svd = new(matrix, rows, columns, matrices.Epsilon);
                return (svd.Values, svd.U, svd.V);
            }

            double[] values = new double[System.Math.Min(rows, columns)];
            (T[] u, T[] v) = (new T[rows * rows], new T[columns * columns]);
            System.Array.Fill(values, double.NaN);
            System.Array.Fill(u, T.CreateTruncating(double.NaN));
            System.Array.Fill(v, T.CreateTruncating(double.NaN));
            return (values, u, v);
        }

        // TensorFlow gives a scalar that nobody may read.
        private static Value None(KernelContext context, int output)
        {
            Value none = context.Allocate(output, []);
            Array.FillKernels.Clear(none);
            return none;
        }
    }
}
