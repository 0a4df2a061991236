using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Values of any real type read and written as numbers of one type.</summary>
internal static class NumberSpans
{
    /// <summary>The elements of a value.</summary>
    public static void Read<T>(Value value, Span<T> target)
        where T : INumberBase<T>
    {
        switch (value.DType)
        {
            case DType.Float16: TensorPrimitives.ConvertTruncating<Half, T>(value.Span<Half>(), target); break;
            case DType.BFloat16:
                ReadOnlySpan<BFloat16> narrow = value.Span<BFloat16>();
                for (int i = 0; i < narrow.Length; i++)
                {
                    target[i] = T.CreateTruncating((float)narrow[i]);
                }

                break;
            case DType.Float32: TensorPrimitives.ConvertTruncating<float, T>(value.Span<float>(), target); break;
            case DType.Float64: TensorPrimitives.ConvertTruncating<double, T>(value.Span<double>(), target); break;
            default:
                for (int i = 0; i < value.Count; i++)
                {
                    target[i] = T.CreateTruncating(value.Integer(i));
                }

                break;
        }
    }

    /// <summary>Sets the elements of a value; to a type of whole numbers what lies behind the point is cut off.</summary>
    public static void Write<T>(ReadOnlySpan<T> source, Value target)
        where T : INumberBase<T>
    {
        switch (target.DType)
        {
            case DType.Float16: TensorPrimitives.ConvertTruncating(source, target.Span<Half>()); break;
            case DType.BFloat16:
                Span<BFloat16> narrow = target.Span<BFloat16>();
                for (int i = 0; i < narrow.Length; i++)
                {
                    narrow[i] = (BFloat16)float.CreateTruncating(source[i]);
                }

                break;
            case DType.Float32: TensorPrimitives.ConvertTruncating(source, target.Span<float>()); break;
            case DType.Float64: TensorPrimitives.ConvertTruncating(source, target.Span<double>()); break;
            case DType.Int32: TensorPrimitives.ConvertSaturating(source, target.Span<int>()); break;
            case DType.Int64: TensorPrimitives.ConvertSaturating(source, target.Span<long>()); break;
            default: throw new InvalidOperationException($"Numbers are not written as {target.DType.Name()}.");
        }
    }
}
