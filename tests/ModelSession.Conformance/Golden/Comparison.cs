using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace ModelSessions.Conformance.Golden;

/// <summary>Compares values with golden ones; what differs is said with index, expected and found.</summary>
internal static class Comparison
{
    /// <summary>Compares with a value as the index states it.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void Check(string what, JsonElement expected, Tensor actual, Npz? arrays, Tolerance tolerance)
    {
        if (GoldenValue.IsDigest(expected))
        {
            CheckDigest(what, expected, actual, arrays!, tolerance);
        }
        else
        {
            Check(what, GoldenValue.Load(expected, arrays), actual, tolerance);
        }
    }

    /// <summary>Compares two tensors.</summary>
    /// <exception cref="MismatchException">They differ.</exception>
    public static void Check(string what, Tensor expected, Tensor actual, Tolerance tolerance)
    {
        // NumPy has no quantised types: the golden arrays hold the integers under them.
        if (expected.DType.ElementType() != actual.DType.ElementType() || !expected.Shape.Equals(actual.Shape))
        {
            throw new MismatchException($"{what}: expected {expected}, found {actual}");
        }

        if (expected.DType == DType.String)
        {
            CheckStrings(what, expected, actual);
            return;
        }

        bool exact = tolerance.Exact || !(expected.DType.IsFloating() || expected.DType.IsComplex());
        for (int i = 0; i < expected.ElementCount; i++)
        {
            if (!Near(expected, actual, i, exact, tolerance))
            {
                throw new MismatchException($"{what}[{i}]: expected {Text(expected, i)}, found {Text(actual, i)}");
            }
        }
    }

    private static void CheckStrings(string what, Tensor expected, Tensor actual)
    {
        for (int i = 0; i < expected.ElementCount; i++)
        {
            if (!expected.StringBytes(i).SequenceEqual(actual.StringBytes(i)))
            {
                throw new MismatchException($"{what}[{i}]: expected '{expected.StringAt(i)}', found '{actual.StringAt(i)}'");
            }
        }
    }

    private static void CheckDigest(string what, JsonElement expected, Tensor actual, Npz arrays, Tolerance tolerance)
    {
        JsonElement digest = expected.GetProperty("digest");
        Shape shape = GoldenValue.ShapeOf(expected);
        if (!shape.Equals(actual.Shape))
        {
            throw new MismatchException($"{what}: expected {shape}, found {actual}");
        }

        if (tolerance.Exact)
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(actual.Bytes()));
            if (hash != digest.GetProperty("sha256").GetString())
            {
                throw new MismatchException($"{what}: SHA-256 expected {digest.GetProperty("sha256").GetString()}, found {hash}");
            }

            return;
        }

        int count = (int)actual.ElementCount;
        Check(what + " first", arrays[digest.GetProperty("first").GetString()!], Pick(actual, 0, 1, 16), tolerance);
        Check(what + " last", arrays[digest.GetProperty("last").GetString()!], Pick(actual, count - 16, 1, 16), tolerance);
        Check(what + " every 997th", arrays[digest.GetProperty("every997").GetString()!], Pick(actual, 0, 997, (count + 996) / 997), tolerance);
    }

    private static Tensor Pick(Tensor tensor, int from, int step, int count)
    {
        Tensor picked = Tensor.Zeros(tensor.DType, [count]);
        int size = tensor.DType.Size();
        for (int i = 0; i < count; i++)
        {
            tensor.Bytes().Slice((from + i * step) * size, size).CopyTo(picked.Bytes()[(i * size)..]);
        }

        return picked;
    }

    private static bool Near(Tensor expected, Tensor actual, int index, bool exact, Tolerance tolerance)
    {
        int size = expected.DType.Size();
        if (expected.Bytes().Slice(index * size, size).SequenceEqual(actual.Bytes().Slice(index * size, size)))
        {
            return true;
        }

        (Complex e, Complex a) = (Element(expected, index), Element(actual, index));
        if (IsNaN(e) || IsNaN(a))
        {
            return SameNaN(e.Real, a.Real) && SameNaN(e.Imaginary, a.Imaginary);
        }

        if (exact)
        {
            return false;
        }

        return e == a || (Complex.IsFinite(a) && Complex.Abs(a - e) <= tolerance.Absolute + tolerance.Relative * Complex.Abs(e));
    }

    private static bool SameNaN(double e, double a) => double.IsNaN(e) ? double.IsNaN(a) : e.Equals(a);

    private static bool IsNaN(Complex value) => double.IsNaN(value.Real) || double.IsNaN(value.Imaginary);

    private static Complex Element(Tensor tensor, int i) => tensor.DType switch
    {
        DType.Float32 => tensor.Span<float>()[i],
        DType.Float64 => tensor.Span<double>()[i],
        DType.Float16 => (double)tensor.Span<Half>()[i],
        DType.BFloat16 => tensor.Span<BFloat16>()[i].ToSingle(),
        DType.Complex64 => tensor.Span<Complex64>()[i],
        DType.Complex128 => tensor.Span<Complex>()[i],
        DType.Bool => tensor.Span<bool>()[i] ? 1 : 0,
        DType.Int64 => tensor.Span<long>()[i],
        DType.UInt64 => tensor.Span<ulong>()[i],
        DType.UInt32 => tensor.Span<uint>()[i],
        _ when tensor.DType.ElementType() == typeof(int) => tensor.Span<int>()[i],
        _ when tensor.DType.ElementType() == typeof(short) => tensor.Span<short>()[i],
        _ when tensor.DType.ElementType() == typeof(ushort) => tensor.Span<ushort>()[i],
        _ when tensor.DType.ElementType() == typeof(sbyte) => tensor.Span<sbyte>()[i],
        _ => tensor.Span<byte>()[i],
    };

    private static string Text(Tensor tensor, int i)
    {
        Complex value = Element(tensor, i);
        return tensor.DType.IsComplex() ? value.ToString("R", CultureInfo.InvariantCulture) : value.Real.ToString("R", CultureInfo.InvariantCulture);
    }
}
