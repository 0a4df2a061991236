using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;
using ModelSessions.Cpu.Numerics.Linalg;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>Functions of matrices.</summary>
internal static class MatrixFunctionKernels
{
    public static void Register(KernelTable table)
    {
        MatrixKernel.Add<Exponential>(table, "MatrixExponential");
        MatrixKernel.Add<Logarithm>(table, "MatrixLogarithm", TypeSet.Complexes);
        MatrixKernel.Add<SquareRoot>(table, "MatrixSquareRoot");
    }

    private readonly struct Exponential : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T>
        {
            int n = matrices.Square();
            Value result = context.Allocate(0, matrices.Input.Dimensions);
            for (int i = 0; i < matrices.Count; i++)
            {
                Matrices<T>.Write(result, i, MatrixFunctions.Exponential(matrices.Read(i), n));
            }
        }
    }

    private readonly struct Logarithm : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T> => Apply(context, matrices, MatrixFunctions.Logarithm);
    }

    // The root of a real matrix may be complex; its real part alone is given.
    private readonly struct SquareRoot : IMatrixKernel
    {
        public static void Run<T>(KernelContext context, Matrices<T> matrices)
            where T : INumberBase<T> => Apply(context, matrices, MatrixFunctions.SquareRoot);
    }

    private static void Apply<T>(KernelContext context, Matrices<T> matrices, Func<Complex[], int, Complex[]> function)
        where T : INumberBase<T>
    {
        int n = matrices.Square();
        Value result = context.Allocate(0, matrices.Input.Dimensions);
        for (int i = 0; i < matrices.Count; i++)
        {
            Complex[] a = System.Array.ConvertAll(matrices.Read(i), x => x is Complex z ? z : Dense.Real(x));
            Matrices<Complex>.Write(result, i, function(a, n));
        }
    }
}
