using System.Numerics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>What element-wise kernels for floating-point numbers do with complex ones.</summary>
internal static class ComplexFunctionKernels
{
    public static void Register(KernelTable table)
    {
        Map(table, "Acos", ComplexFunctions.Acos);
        Map(table, "Acosh", ComplexFunctions.Acosh);
        Map(table, "Asin", ComplexFunctions.Asin);
        Map(table, "Asinh", ComplexFunctions.Asinh);
        Map(table, "Atan", ComplexFunctions.Atan);
        Map(table, "Atanh", ComplexFunctions.Atanh);
        Map(table, "Cos", ComplexFunctions.Cos);
        Map(table, "Cosh", ComplexFunctions.Cosh);
        Map(table, "Exp", ComplexFunctions.Exp);
        Map(table, "Expm1", ComplexFunctions.Expm1);
        Map(table, "Inv", x => Complex.One / x);
        Map(table, "Log", ComplexFunctions.Log);
        Map(table, "Log1p", ComplexFunctions.Log1p);
        Map(table, "Neg", x => -x);
        Map(table, "Reciprocal", x => Complex.One / x);
        Map(table, "Rsqrt", ComplexFunctions.Rsqrt);
        Map(table, "Sigmoid", ComplexFunctions.Sigmoid);
        Map(table, "Sign", ComplexFunctions.Sign);
        Map(table, "Sin", ComplexFunctions.Sin);
        Map(table, "Sinh", ComplexFunctions.Sinh);
        Map(table, "Sqrt", ComplexFunctions.Sqrt);
        Map(table, "Square", x => x * x);
        Map(table, "Tan", ComplexFunctions.Tan);
        Map(table, "Tanh", ComplexFunctions.Tanh);

        Zip(table, "DivNoNan", (x, y) => y == Complex.Zero ? Complex.Zero : x / y);
        Zip(table, "MulNoNan", (x, y) => y == Complex.Zero ? Complex.Zero : x * y);
        Zip(table, "Xdivy", (x, y) => x == Complex.Zero ? Complex.Zero : x / y);
        Zip(table, "Xlog1py", (x, y) => x == Complex.Zero ? Complex.Zero : x * ComplexFunctions.Log1p(y));
        Zip(table, "Xlogy", (x, y) => x == Complex.Zero ? Complex.Zero : x * ComplexFunctions.Log(y));

        // Given f(x) and dy. Some take the conjugate themselves; for others the graph of gradients does it before.
        Gradient(table, "InvGrad", (y, dy) => -dy * Complex.Conjugate(y * y));
        Gradient(table, "ReciprocalGrad", (y, dy) => -dy * Complex.Conjugate(y * y));
        Gradient(table, "RsqrtGrad", (y, dy) => dy == Complex.Zero ? dy : dy * -0.5 * Complex.Conjugate(y * y * y));
        Gradient(table, "SigmoidGrad", (y, dy) => dy * y * (Complex.One - y));
        Gradient(table, "SqrtGrad", (y, dy) => dy == Complex.Zero ? dy : dy * 0.5 / Complex.Conjugate(y));
        Gradient(table, "TanhGrad", (y, dy) => dy * (Complex.One - y * y));
    }

    private static void Map(KernelTable table, string op, Func<Complex, Complex> f) =>
        table.Complex(op, (_, _) => Unary.Kernel<Complex, Complex>((x, y) =>
        {
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = f(x[i]);
            }
        }));

    private static void Zip(KernelTable table, string op, Func<Complex, Complex, Complex> f) =>
        table.Complex(op, (_, _) => Binary.Kernel(Each(f)));

    private static void Gradient(KernelTable table, string op, Func<Complex, Complex, Complex> f) =>
        table.Complex(op, (_, _) => Unary.Kernel(Each(f)));

    private static BinarySpan<Complex, Complex> Each(Func<Complex, Complex, Complex> f) => (x, y, z) =>
    {
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = f(x[i], y[i]);
        }
    };
}
