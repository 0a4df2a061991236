using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Complex numbers made of parts, and their parts.</summary>
internal static class ComplexKernels
{
    public static void Register(KernelTable table)
    {
        Part(table, "Angle", static x => double.Atan2(x.Imaginary, x.Real));
        table.Add("Complex", "T", TypeSet.Wide, (node, _) => node.DType("T") == DType.Float32
            ? context => Join<float, Complex64>(context, static (x, y) => new Complex64(x, y))
            : context => Join<double, Complex>(context, static (x, y) => new Complex(x, y)));
        Part(table, "ComplexAbs", static x => Complex.Abs(x));
        table.Add("Conj", "T", TypeSet.Complexes, (node, _) => context => ComplexArithmetic.Conjugate(node.DType("T"), context.Copy(0, 0).Parts<byte>()));
        Part(table, "Imag", static x => x.Imaginary);
        Part(table, "Real", static x => x.Real);
    }

    private static void Part(KernelTable table, string op, Func<Complex, double> part) =>
        table.Add(op, "T", TypeSet.Complexes, (node, _) => node.DType("T") == DType.Complex64
            ? context => Map(context, (Complex64 x) => (float)part(x))
            : context => Map(context, part));

    private static void Map<TIn, TOut>(KernelContext context, Func<TIn, TOut> part)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        Value x = context.Input(0);
        UnarySpan<TIn, TOut> each = (source, target) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = part(source[i]);
            }
        };
        Elementwise.Map(context.Workers, each, x.Span<TIn>(), context.Allocate(0, x.Dimensions).Span<TOut>());
    }

    private static void Join<TPart, TComplex>(KernelContext context, Func<TPart, TPart, TComplex> join)
        where TPart : unmanaged
        where TComplex : unmanaged => Binary.Run<TPart, TComplex>(context, (x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = join(x[i], y[i]);
            }
        });
}
