using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Products of matrices. The bits do not depend on the number of threads.</summary>
internal static class Gemm
{
    /// <summary>C = op(A) · op(B), then the epilogue.</summary>
    /// <typeparam name="T">float, double, Half and BFloat16 (summed as floats), an integer type (wraps), Complex or Complex64.</typeparam>
    /// <param name="shape">The dimensions.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result; overlaps neither.</param>
    /// <param name="epilogue">Bias and activation; <c>default</c> for none.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="workspace">Scratch memory.</param>
    /// <exception cref="NotSupportedException">Another type.</exception>
    public static void Multiply<T>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (Widening.Concerns<T>())
        {
            MultiplyWidened(shape, a, b, c, epilogue, pool, workspace);
        }
        else if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            VectorGemm.Multiply(shape, a, b, c, epilogue, pool, workspace);
        }
        else
        {
            MultiplyOthers(shape, a, b, c, epilogue, pool);
        }
    }

    private static void MultiplyWidened<T>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        using WidenedOperands<T> wide = new(workspace, a, b, c.Length, epilogue.Bias);
        Multiply<float>(shape, wide.First, wide.Second, wide.Result, new Epilogue<float>(wide.Bias, epilogue.Activation), pool, workspace);
        Widening.FromSingle<T>(wide.Result, c);
    }

    private static void MultiplyOthers<T>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool)
        where T : unmanaged
    {
        switch (default(T))
        {
            case byte: Scalar<T, byte, IntegerMath<byte>>(shape, a, b, c, epilogue, pool); break;
            case sbyte: Scalar<T, sbyte, IntegerMath<sbyte>>(shape, a, b, c, epilogue, pool); break;
            case short: Scalar<T, short, IntegerMath<short>>(shape, a, b, c, epilogue, pool); break;
            case ushort: Scalar<T, ushort, IntegerMath<ushort>>(shape, a, b, c, epilogue, pool); break;
            case int: Scalar<T, int, IntegerMath<int>>(shape, a, b, c, epilogue, pool); break;
            case uint: Scalar<T, uint, IntegerMath<uint>>(shape, a, b, c, epilogue, pool); break;
            case long: Scalar<T, long, IntegerMath<long>>(shape, a, b, c, epilogue, pool); break;
            case ulong: Scalar<T, ulong, IntegerMath<ulong>>(shape, a, b, c, epilogue, pool); break;
            case Complex: Scalar<T, Complex, ComplexMath>(shape, a, b, c, epilogue, pool); break;
            case Complex64: Scalar<T, Complex64, Complex64Math>(shape, a, b, c, epilogue, pool); break;
            default: throw new NotSupportedException($"Matrices of {typeof(T).Name} cannot be multiplied.");
        }
    }

    private static void Scalar<T, TElement, TMath>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool)
        where T : unmanaged
        where TElement : unmanaged
        where TMath : IScalarMath<TElement> =>
        ScalarGemm.Multiply<TElement, TMath>(
            shape, MemoryMarshal.Cast<T, TElement>(a), MemoryMarshal.Cast<T, TElement>(b), MemoryMarshal.Cast<T, TElement>(c),
            new Epilogue<TElement>(MemoryMarshal.Cast<T, TElement>(epilogue.Bias), epilogue.Activation), pool);
}
