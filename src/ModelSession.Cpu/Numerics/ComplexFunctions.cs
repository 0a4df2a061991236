using System.Numerics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Functions of complex numbers with the values of C99 at zeros of either sign, infinities, NaN and along branch cuts,
/// which TensorFlow's have and those of <see cref="Complex"/> have not.</summary>
internal static class ComplexFunctions
{
    // Beyond it a hyperbolic tangent is ±1 to the last bit, and squares of squares of its parts overflow.
    private const double FarOut = 22;

    public static Complex Sqrt(Complex z)
    {
        (double x, double y) = (z.Real, z.Imaginary);
        if (z == Complex.Zero)
        {
            return new(0, y);
        }

        if (double.IsInfinity(y))
        {
            return new(double.PositiveInfinity, y);
        }

        if (double.IsInfinity(x))
        {
            double other = double.IsNaN(y) ? y : 0;
            return x > 0 ? new(x, double.CopySign(other, y)) : new(other, double.CopySign(double.PositiveInfinity, y));
        }

        Complex root = Complex.Sqrt(new(x, double.Abs(y)));
        return new(root.Real, double.CopySign(root.Imaginary, y));
    }

    /// <summary>1 / √z; at zero, at infinity and on the branch cut (a zero has no sign there) as Eigen defines it.</summary>
    public static Complex Rsqrt(Complex z) =>
        z == Complex.Zero ? new(double.PositiveInfinity, double.NaN) : Complex.IsInfinity(z) ? Complex.Zero : Complex.One / Sqrt(new(z.Real, z.Imaginary + 0));

    public static Complex Exp(Complex z)
    {
        (double x, double y) = (z.Real, z.Imaginary);
        double size = double.Exp(x);
        return y == 0 ? new(size, y)
            : double.IsFinite(y) ? new(size * double.Cos(y), size * double.Sin(y))
            : size == 0 ? Complex.Zero
            : new(double.IsInfinity(size) ? size : double.NaN, double.NaN);
    }

    public static Complex Log(Complex z)
    {
        (double x, double y) = (double.Abs(z.Real), double.Abs(z.Imaginary));
        (double more, double less) = x > y ? (x, y) : (y, x);
        // Near the unit circle the logarithm of the rounded length has lost its digits.
        double log = more is > 0.5 and < 2 && less < 2
            ? 0.5 * NearZero.Log1p((more - 1) * (more + 1) + less * less)
            : double.Log(double.Hypot(x, y));
        return new(log, double.Atan2(z.Imaginary, z.Real));
    }

    /// <summary>exp(z) − 1; of an infinite power NaN, as Eigen's.</summary>
    public static Complex Expm1(Complex z)
    {
        double minusOne = NearZero.Expm1(z.Real), power = minusOne + 1, half = double.Sin(z.Imaginary / 2);
        return new(minusOne - 2 * power * (half * half), power * double.Sin(z.Imaginary));
    }

    /// <summary>log(1 + z), as Eigen's correction near zero makes it.</summary>
    public static Complex Log1p(Complex z)
    {
        Complex sum = new(1 + z.Real, z.Imaginary);
        return sum == Complex.One ? z
            : sum == Complex.Zero ? new(double.NegativeInfinity, double.NaN)
            : double.IsPositiveInfinity(sum.Real) && sum.Imaginary == 0 ? Log(sum)
            : z * (Log(sum) / new Complex(sum.Real - 1, sum.Imaginary));
    }

    public static Complex Sinh(Complex z)
    {
        (double x, double y) = (z.Real, z.Imaginary);
        return y == 0 ? new(double.Sinh(x), y)
            : x == 0 ? new(double.IsFinite(y) ? x * double.Cos(y) : x, double.Sin(y))
            : double.IsFinite(y) ? new(double.Sinh(x) * double.Cos(y), double.Cosh(x) * double.Sin(y))
            : new(double.IsInfinity(x) ? x : double.NaN, double.NaN);
    }

    public static Complex Cosh(Complex z)
    {
        (double x, double y) = (z.Real, z.Imaginary);
        return y == 0 ? new(double.Cosh(x), double.IsNegative(x) && !double.IsNaN(x) ? -y : y)
            : x == 0 ? new(double.Cos(y), double.IsFinite(y) ? x * double.Sin(y) : 0)
            : double.IsFinite(y) ? new(double.Cosh(x) * double.Cos(y), double.Sinh(x) * double.Sin(y))
            : new(double.IsInfinity(x) ? double.PositiveInfinity : double.NaN, double.NaN);
    }

    public static Complex Tanh(Complex z)
    {
        (double x, double y) = (z.Real, z.Imaginary);
        if (y == 0 || x == 0)
        {
            return y == 0 ? new(double.Tanh(x), y) : new(x, double.Tan(y));
        }

        if (double.Abs(x) > FarOut)
        {
            double rest = double.IsFinite(y) ? 2 * double.Sin(2 * y) * double.Exp(-2 * double.Abs(x)) : double.IsInfinity(x) ? 0 : double.NaN;
            return new(double.IsNaN(rest) ? rest : double.CopySign(1, x), rest);
        }

        // Kahan, "Branch cuts for complex elementary functions".
        double tan = double.Tan(y), secant = 1 + tan * tan, sinh = double.Sinh(x), cosh = double.Cosh(x), scale = 1 + secant * sinh * sinh;
        return new(secant * cosh * sinh / scale, tan / scale);
    }

    public static Complex Sin(Complex z) => Turned(Sinh(new(-z.Imaginary, z.Real)));

    public static Complex Cos(Complex z) => Cosh(new(-z.Imaginary, z.Real));

    public static Complex Tan(Complex z) => Turned(Tanh(new(-z.Imaginary, z.Real)));

    public static Complex Asin(Complex z)
    {
        Complex first = ArcSine(double.Abs(z.Real), double.Abs(z.Imaginary));
        return new(double.CopySign(first.Real, z.Real), double.CopySign(first.Imaginary, z.Imaginary));
    }

    public static Complex Asinh(Complex z)
    {
        Complex first = ArcSine(double.Abs(z.Imaginary), double.Abs(z.Real));
        return new(double.CopySign(first.Imaginary, z.Real), double.CopySign(first.Real, z.Imaginary));
    }

    public static Complex Acos(Complex z)
    {
        Complex half = ArcCosine(z);
        return new(half.Real, double.CopySign(half.Imaginary, -z.Imaginary));
    }

    public static Complex Acosh(Complex z)
    {
        Complex half = ArcCosine(z);
        return new(half.Imaginary, double.CopySign(half.Real, z.Imaginary));
    }

    public static Complex Atan(Complex z)
    {
        Complex first = ArcTangentH(double.Abs(z.Imaginary), double.Abs(z.Real));
        return new(double.CopySign(first.Imaginary, z.Real), double.CopySign(first.Real, z.Imaginary));
    }

    public static Complex Atanh(Complex z)
    {
        Complex first = ArcTangentH(double.Abs(z.Real), double.Abs(z.Imaginary));
        return new(double.CopySign(first.Real, z.Real), double.CopySign(first.Imaginary, z.Imaginary));
    }

    /// <summary>1 / (1 + exp(−z)); where TensorFlow's overflows to NaN, this is 0 or 1.</summary>
    public static Complex Sigmoid(Complex z)
    {
        Complex power = Exp(z.Real < 0 ? z : -z);
        return (z.Real < 0 ? power : Complex.One) / (Complex.One + power);
    }

    /// <summary>z / |z|; 0 of 0.</summary>
    public static Complex Sign(Complex z)
    {
        double size = double.Hypot(z.Real, z.Imaginary);
        return size == 0 ? Complex.Zero : new(z.Real / size, z.Imaginary / size);
    }

    // −i z.
    private static Complex Turned(Complex z) => new(z.Imaginary, -z.Real);

    // arcsin in the first quadrant.
    private static Complex ArcSine(double x, double y) =>
        double.IsInfinity(x) || double.IsInfinity(y) ? new(double.Atan2(x, y), double.PositiveInfinity)
        : double.IsNaN(x) || double.IsNaN(y) ? new(x == 0 ? 0 : double.NaN, double.NaN)
        : Complex.Asin(new(x, y));

    // arccos in the right or left half plane, its imaginary part without sign.
    private static Complex ArcCosine(Complex z)
    {
        (double x, double y) = (double.Abs(z.Real), double.Abs(z.Imaginary));
        Complex first = double.IsInfinity(x) || double.IsInfinity(y) ? new(double.Atan2(y, x), double.PositiveInfinity)
            : double.IsNaN(x) || double.IsNaN(y) ? new(x == 0 ? double.Pi / 2 : double.NaN, double.NaN)
            : Complex.Acos(new(x, y));
        return new(double.IsNegative(z.Real) ? double.Pi - first.Real : first.Real, double.Abs(first.Imaginary));
    }

    // artanh in the first quadrant.
    private static Complex ArcTangentH(double x, double y)
    {
        const double Huge = 1e150;
        if (double.IsInfinity(x) || double.IsInfinity(y))
        {
            return new(0, double.IsNaN(y) ? y : double.Pi / 2);
        }

        if (x > Huge || y > Huge)
        {
            double size = double.Hypot(x, y);
            return new(x / size / size, double.Pi / 2);
        }

        return new(
            x == 0 ? 0 : 0.25 * NearZero.Log1p(4 * x / ((1 - x) * (1 - x) + y * y)),
            y == 0 && x <= 1 ? 0 : 0.5 * double.Atan2(2 * y, (1 - x) * (1 + x) - y * y));
    }
}
