using System.Numerics;
using System.Runtime.InteropServices;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Operations that complex numbers have too. complex64 is computed in the type of complex128 and rounded.</summary>
internal static class ComplexArithmetic
{
    /// <summary>Registers an operation for real and complex numbers.</summary>
    public static void Numbers<TReal>(KernelTable table, string op, BinarySpan<Complex, Complex> complex)
        where TReal : IBinary => table.Add(op, "T", TypeSet.Numbers | TypeSet.Complexes, (node, _) =>
            node.DType("T").IsComplex() ? Kernel(node.DType("T"), complex) : Typed.Number<Binary.Of<TReal>>(node, node.DType("T")));

    public static Kernel Kernel(DType dtype, BinarySpan<Complex, Complex> complex) => dtype == DType.Complex64
        ? Binary.Kernel<Complex64, Complex64>((x, y, z) => Narrow(complex, x, y, z))
        : Binary.Kernel(complex);

    public static void SquaredDifference(ReadOnlySpan<Complex> x, ReadOnlySpan<Complex> y, Span<Complex> z)
    {
        for (int i = 0; i < z.Length; i++)
        {
            Complex difference = x[i] - y[i];
            z[i] = Complex.Conjugate(difference) * difference;
        }
    }

    /// <summary>Conjugates in place.</summary>
    public static void Conjugate(DType dtype, Span<byte> elements)
    {
        if (dtype == DType.Complex64)
        {
            foreach (ref Complex64 element in MemoryMarshal.Cast<byte, Complex64>(elements))
            {
                element = new Complex64(element.Real, -element.Imaginary);
            }

            return;
        }

        foreach (ref Complex element in MemoryMarshal.Cast<byte, Complex>(elements))
        {
            element = Complex.Conjugate(element);
        }
    }

    private static void Narrow(BinarySpan<Complex, Complex> f, ReadOnlySpan<Complex64> x, ReadOnlySpan<Complex64> y, Span<Complex64> z)
    {
        Span<Complex> a = stackalloc Complex[1], b = stackalloc Complex[1], c = stackalloc Complex[1];
        for (int i = 0; i < z.Length; i++)
        {
            (a[0], b[0]) = (x[i], y[i]);
            f(a, b, c);
            z[i] = (Complex64)c[0];
        }
    }
}
