using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>What a kernel does with batches of matrices; written once for real and complex ones.</summary>
internal interface IMatrixKernel
{
    static abstract void Run<T>(KernelContext context, Matrices<T> matrices)
        where T : INumberBase<T>;
}

/// <summary>Registers kernels on matrices. They compute in double, complex ones in complex128.</summary>
internal static class MatrixKernel
{
    public static readonly TypeSet All = TypeSet.Wide | TypeSet.Complexes;

    public static void Add<TKernel>(KernelTable table, string op, TypeSet? types = null)
        where TKernel : IMatrixKernel => table.Add(op, "T", types ?? All, (node, _) => node.DType("T").IsComplex()
            ? context => TKernel.Run(context, new Matrices<Complex>(context))
            : context => TKernel.Run(context, new Matrices<double>(context)));
}
