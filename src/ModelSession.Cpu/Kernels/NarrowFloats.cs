using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Half and bfloat16 run through the kernels of float: inputs are widened, outputs rounded. TensorFlow's kernels
/// compute single operations on these types so too. So does complex64 through those of complex128.</summary>
internal static class NarrowFloats
{
    public static Kernel Wrap(Kernel inner, DType narrow) => context =>
    {
        context.BeginWide(narrow);
        inner(context);
        context.EndWide();
    };

    /// <summary>The type that a narrow one is computed in.</summary>
    public static DType Wide(DType narrow) => narrow == DType.Complex64 ? DType.Complex128 : DType.Float32;

    /// <summary>Fills a wide value from a narrow one of the same shape.</summary>
    public static void Widen(Value narrow, Value wide)
    {
        if (narrow.DType == DType.Complex64)
        {
            TensorPrimitives.ConvertTruncating<float, double>(narrow.Parts<float>(), wide.Parts<double>());
        }
        else if (narrow.DType == DType.Float16)
        {
            Widening.ToSingle<Half>(narrow.Span<Half>(), wide.Span<float>());
        }
        else
        {
            Widening.ToSingle<BFloat16>(narrow.Span<BFloat16>(), wide.Span<float>());
        }
    }

    /// <summary>Rounds what is computed as float to a narrow type, where TensorFlow rounds each step; other types stay as they are.</summary>
    public static void Settle<T>(Span<T> values, DType narrow)
    {
        if (narrow is not (DType.Float16 or DType.BFloat16) || typeof(T) != typeof(float))
        {
            return;
        }

        foreach (ref T value in values)
        {
            float wide = Unsafe.As<T, float>(ref value);
            Unsafe.As<T, float>(ref value) = narrow == DType.Float16 ? (float)(Half)wide : (BFloat16)wide;
        }
    }

    /// <summary>Fills a narrow value from a wide one of the same shape.</summary>
    public static void Round(Value wide, Value narrow)
    {
        if (narrow.DType == DType.Complex64)
        {
            TensorPrimitives.ConvertTruncating<double, float>(wide.Parts<double>(), narrow.Parts<float>());
        }
        else if (narrow.DType == DType.Float16)
        {
            Widening.FromSingle(wide.Span<float>(), narrow.Span<Half>());
        }
        else
        {
            Widening.FromSingle(wide.Span<float>(), narrow.Span<BFloat16>());
        }
    }
}
