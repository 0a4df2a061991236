using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Half and bfloat16 run through the kernels of float: inputs are widened, outputs rounded. TensorFlow's kernels
/// compute single operations on these types so too.</summary>
internal static class Widening
{
    public static Kernel Wrap(Kernel inner, DType narrow) => context =>
    {
        context.BeginWide(narrow);
        inner(context);
        context.EndWide();
    };

    /// <summary>Fills a float value from a narrow one of the same shape.</summary>
    public static void Widen(Value narrow, Value wide)
    {
        Span<float> target = wide.Span<float>();
        if (narrow.DType == DType.Float16)
        {
            TensorPrimitives.ConvertToSingle(narrow.Span<Half>(), target);
            return;
        }

        ReadOnlySpan<BFloat16> source = narrow.Span<BFloat16>();
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = source[i];
        }
    }

    /// <summary>Fills a narrow value from a float one of the same shape.</summary>
    public static void Round(Value wide, Value narrow)
    {
        ReadOnlySpan<float> source = wide.Span<float>();
        if (narrow.DType == DType.Float16)
        {
            TensorPrimitives.ConvertToHalf(source, narrow.Span<Half>());
            return;
        }

        Span<BFloat16> target = narrow.Span<BFloat16>();
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (BFloat16)source[i];
        }
    }
}
