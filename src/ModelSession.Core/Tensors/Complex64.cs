using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelSessions;

/// <summary>A complex number of two 32-bit floats, laid out as TensorFlow's complex64.</summary>
/// <param name="Real">The real part.</param>
/// <param name="Imaginary">The imaginary part.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Complex64(float Real, float Imaginary)
{
    /// <summary>Widens to .NET's complex number of doubles.</summary>
    public static implicit operator Complex(Complex64 value) => new(value.Real, value.Imaginary);

    /// <summary>Narrows .NET's complex number; each part is rounded.</summary>
    public static explicit operator Complex64(Complex value) => new((float)value.Real, (float)value.Imaginary);

    /// <summary>Widens to .NET's complex number of doubles.</summary>
    public Complex ToComplex() => this;

    /// <summary>Narrows .NET's complex number; each part is rounded.</summary>
    public static Complex64 FromComplex(Complex value) => (Complex64)value;
}
