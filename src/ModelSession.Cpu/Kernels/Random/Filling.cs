using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics.Random;

namespace ModelSessions.Cpu.Kernels.Random;

/// <summary>Fills a value of any type that a distribution has.</summary>
internal static class Filling
{
    public delegate void Fill(KernelContext context, Philox stream, Value target);

    public static void Uniform(KernelContext context, Philox stream, Value target)
    {
        switch (target.DType)
        {
            case DType.Float16: RandomFill.FromWord(context.Workers, stream, target.Span<Half>(), Distributions.UniformHalf); break;
            case DType.BFloat16: RandomFill.FromWord(context.Workers, stream, target.Span<BFloat16>(), Distributions.UniformBFloat16); break;
            case DType.Float64: RandomFill.FromTwoWords(context.Workers, stream, target.Span<double>(), Distributions.Uniform); break;
            default: RandomFill.Uniform(context.Workers, stream, target.Span<float>()); break;
        }
    }

    public static void Normal(KernelContext context, Philox stream, Value target)
    {
        if (target.DType == DType.Float64)
        {
            RandomFill.Normal(context.Workers, stream, target.Span<double>());
            return;
        }

        Narrowed(context, target, floats => RandomFill.Normal(context.Workers, stream, floats));
    }

    public static void TruncatedNormal(KernelContext context, Philox stream, Value target)
    {
        if (target.DType == DType.Float64)
        {
            RandomFill.TruncatedNormal(context.Workers, stream, target.Span<double>());
            return;
        }

        Narrowed(context, target, floats => RandomFill.TruncatedNormal(context.Workers, stream, floats));
    }

    /// <summary>Whole numbers from <paramref name="low"/> up to, not with, <paramref name="high"/>.</summary>
    public static void UniformInteger(KernelContext context, Philox stream, Value target, Value low, Value high)
    {
        if (low.LongCount != 1 || high.LongCount != 1)
        {
            throw Failure.Invalid($"minval and maxval must be 0-D, got shapes {low.Shape} and {high.Shape}");
        }

        (long from, long to) = (low.Integer(0), high.Integer(0));
        if (target.LongCount > 0 && from >= to)
        {
            throw Failure.Invalid($"Need minval < maxval, got {from} >= {to}");
        }

        if (target.DType == DType.Int32)
        {
            uint range = (uint)((int)to - (int)from);
            RandomFill.FromWord(context.Workers, stream, target.Span<int>(), word => (int)((uint)from + word % range));
            return;
        }

        ulong wide = (ulong)(to - from);
        RandomFill.FromTwoWords(context.Workers, stream, target.Span<long>(), (a, b) => (long)((ulong)from + (a | ((ulong)b << 32)) % wide));
    }

    /// <summary>Whole numbers of all bits.</summary>
    public static void FullInteger(KernelContext context, Philox stream, Value target)
    {
        if (target.DType.Size() == sizeof(uint))
        {
            RandomFill.FromWord(context.Workers, stream, target.Elements<uint>(), word => word);
            return;
        }

        RandomFill.FromTwoWords(context.Workers, stream, target.Elements<ulong>(), (a, b) => a | ((ulong)b << 32));
    }

    private delegate void FloatFill(Span<float> target);

    // Half and bfloat16 numbers are floats, rounded.
    private static void Narrowed(KernelContext context, Value target, FloatFill fill)
    {
        if (target.DType == DType.Float32)
        {
            fill(target.Span<float>());
            return;
        }

        Span<float> floats = context.Scratch<float>(target.Count);
        fill(floats);
        if (target.DType == DType.Float16)
        {
            Numerics.Widening.FromSingle(floats, target.Span<Half>());
        }
        else
        {
            Numerics.Widening.FromSingle(floats, target.Span<BFloat16>());
        }
    }
}
