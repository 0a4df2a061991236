using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Adds up.</summary>
internal readonly struct SumOf : IReduction
{
    public static T Identity<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Sum(x);

    public static void Accumulate<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(result, x, result);
}

/// <summary>Multiplies.</summary>
internal readonly struct ProductOf : IReduction
{
    public static T Identity<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.One;

    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Product(x);

    public static void Accumulate<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(result, x, result);
}

/// <summary>The largest; NaN if there is one.</summary>
internal readonly struct LargestOf : IReduction
{
    public static T Identity<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => Lowest<T>();

    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        T result = x[0];
        foreach (T value in x)
        {
            result = value > result || T.IsNaN(value) ? value : result;
        }

        return result;
    }

    public static void Accumulate<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] > result[i] || T.IsNaN(x[i]) ? x[i] : result[i];
        }
    }

    private static T Lowest<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => typeof(T) == typeof(float)
            ? T.CreateTruncating(float.NegativeInfinity)
            : typeof(T) == typeof(double) ? T.CreateTruncating(double.NegativeInfinity) : T.MinValue;
}

/// <summary>The smallest; NaN if there is one.</summary>
internal readonly struct SmallestOf : IReduction
{
    public static T Identity<T>()
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => typeof(T) == typeof(float)
            ? T.CreateTruncating(float.PositiveInfinity)
            : typeof(T) == typeof(double) ? T.CreateTruncating(double.PositiveInfinity) : T.MaxValue;

    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        T result = x[0];
        foreach (T value in x)
        {
            result = value < result || T.IsNaN(value) ? value : result;
        }

        return result;
    }

    public static void Accumulate<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] < result[i] || T.IsNaN(x[i]) ? x[i] : result[i];
        }
    }
}
