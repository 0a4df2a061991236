using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>What real and complex numbers can both do and <see cref="INumberBase{TSelf}"/> does not say.</summary>
internal static class Fields
{
    /// <summary>The square root; of whole numbers what lies before its point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sqrt<T>(T x)
        where T : INumberBase<T> =>
            typeof(T) == typeof(float) ? (T)(object)MathF.Sqrt((float)(object)x)
            : typeof(T) == typeof(double) ? (T)(object)System.Math.Sqrt((double)(object)x)
            : typeof(T) == typeof(Complex) ? (T)(object)ComplexFunctions.Sqrt((Complex)(object)x)
            : T.CreateTruncating(System.Math.Sqrt(double.CreateTruncating(x)));

    /// <summary>The conjugate, of a real number itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Conjugate<T>(T x)
        where T : INumberBase<T> => typeof(T) == typeof(Complex) ? (T)(object)Complex.Conjugate((Complex)(object)x) : x;
}
