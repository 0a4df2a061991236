using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Rounds once for each product where the vector kernels do: then both give the same bits.</summary>
internal readonly struct SingleMath : IScalarMath<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float x, float y, float sum) =>
        Vector128.MultiplyAddEstimate(Vector128.CreateScalar(x), Vector128.CreateScalar(y), Vector128.CreateScalar(sum)).ToScalar();

    public static float Add(float x, float y) => x + y;

    public static float Relu(float x) => MathF.Max(x, 0);
}

/// <inheritdoc cref="SingleMath"/>
internal readonly struct DoubleMath : IScalarMath<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double x, double y, double sum) =>
        Vector128.MultiplyAddEstimate(Vector128.CreateScalar(x), Vector128.CreateScalar(y), Vector128.CreateScalar(sum)).ToScalar();

    public static double Add(double x, double y) => x + y;

    public static double Relu(double x) => Math.Max(x, 0);
}

/// <summary>Integers, which wrap around.</summary>
internal readonly struct IntegerMath<T> : IScalarMath<T>
    where T : IBinaryInteger<T>
{
    public static T MultiplyAdd(T x, T y, T sum) => unchecked(sum + x * y);

    public static T Add(T x, T y) => unchecked(x + y);

    public static T Relu(T x) => T.Max(x, T.Zero);
}

/// <summary>Complex numbers of doubles.</summary>
internal readonly struct ComplexMath : IScalarMath<Complex>
{
    public static Complex MultiplyAdd(Complex x, Complex y, Complex sum) => sum + x * y;

    public static Complex Add(Complex x, Complex y) => x + y;

    public static Complex Relu(Complex x) => throw new NotSupportedException("Complex numbers have no order.");
}

/// <summary>Complex numbers of floats.</summary>
internal readonly struct Complex64Math : IScalarMath<Complex64>
{
    public static Complex64 MultiplyAdd(Complex64 x, Complex64 y, Complex64 sum) => new(
        sum.Real + (x.Real * y.Real - x.Imaginary * y.Imaginary),
        sum.Imaginary + (x.Real * y.Imaginary + x.Imaginary * y.Real));

    public static Complex64 Add(Complex64 x, Complex64 y) => new(x.Real + y.Real, x.Imaginary + y.Imaginary);

    public static Complex64 Relu(Complex64 x) => throw new NotSupportedException("Complex numbers have no order.");
}
