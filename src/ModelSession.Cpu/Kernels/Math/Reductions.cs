using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>A kernel of a reduction.</summary>
internal interface IReductionKernel
{
    static abstract Kernel Create<TOp, T>(GraphOperation node)
        where TOp : IReduction<T>
        where T : unmanaged, INumberBase<T>;
}

/// <summary>A kernel that adds up.</summary>
internal readonly struct Sums<TKernel> : IRingKernel
    where TKernel : IReductionKernel
{
    public static Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumberBase<T> => TKernel.Create<SumOf<T>, T>(node);
}

/// <summary>A kernel that multiplies.</summary>
internal readonly struct Products<TKernel> : IRingKernel
    where TKernel : IReductionKernel
{
    public static Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumberBase<T> => TKernel.Create<ProductOf<T>, T>(node);
}

/// <summary>A kernel that finds the largest.</summary>
internal readonly struct Largest<TKernel> : INumberKernel
    where TKernel : IReductionKernel
{
    public static Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TKernel.Create<LargestOf<T>, T>(node);
}

/// <summary>A kernel that finds the smallest.</summary>
internal readonly struct Smallest<TKernel> : INumberKernel
    where TKernel : IReductionKernel
{
    public static Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumber<T>, IMinMaxValue<T> => TKernel.Create<SmallestOf<T>, T>(node);
}

/// <summary>Adds up.</summary>
internal readonly struct SumOf<T> : IReduction<T>
    where T : unmanaged, INumberBase<T>
{
    public static T Identity => T.Zero;

    public static T Of(ReadOnlySpan<T> x) => TensorPrimitives.Sum(x);

    public static void Accumulate(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Add(result, x, result);
}

/// <summary>Multiplies.</summary>
internal readonly struct ProductOf<T> : IReduction<T>
    where T : unmanaged, INumberBase<T>
{
    public static T Identity => T.One;

    public static T Of(ReadOnlySpan<T> x) => TensorPrimitives.Product(x);

    public static void Accumulate(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Multiply(result, x, result);
}

/// <summary>The largest; NaN if there is one.</summary>
internal readonly struct LargestOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => typeof(T) == typeof(float)
        ? T.CreateTruncating(float.NegativeInfinity)
        : typeof(T) == typeof(double) ? T.CreateTruncating(double.NegativeInfinity) : T.MinValue;

    public static T Finite => T.MinValue;

    public static bool IsExtreme => true;

    public static T Of(ReadOnlySpan<T> x)
    {
        T result = x[0];
        foreach (T value in x)
        {
            result = value > result || T.IsNaN(value) ? value : result;
        }

        return result;
    }

    public static void Accumulate(ReadOnlySpan<T> x, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] > result[i] || T.IsNaN(x[i]) ? x[i] : result[i];
        }
    }
}

/// <summary>The smallest; NaN if there is one.</summary>
internal readonly struct SmallestOf<T> : IReduction<T>
    where T : unmanaged, INumber<T>, IMinMaxValue<T>
{
    public static T Identity => typeof(T) == typeof(float)
        ? T.CreateTruncating(float.PositiveInfinity)
        : typeof(T) == typeof(double) ? T.CreateTruncating(double.PositiveInfinity) : T.MaxValue;

    public static T Finite => T.MaxValue;

    public static bool IsExtreme => true;

    public static T Of(ReadOnlySpan<T> x)
    {
        T result = x[0];
        foreach (T value in x)
        {
            result = value < result || T.IsNaN(value) ? value : result;
        }

        return result;
    }

    public static void Accumulate(ReadOnlySpan<T> x, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = x[i] < result[i] || T.IsNaN(x[i]) ? x[i] : result[i];
        }
    }
}
