using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Adds whole values of any number type, for containers that add up what is put in one place.</summary>
internal static class ElementSum
{
    /// <summary>Adds a value of the same type and number of elements to another.</summary>
    /// <exception cref="EngineException">The type has no sum.</exception>
    public static void AddTo(Value target, Value other)
    {
        switch (target.DType)
        {
            case DType.Float32: Add<float>(target, other); break;
            case DType.Float64: Add<double>(target, other); break;
            case DType.Float16: Add<Half>(target, other); break;
            case DType.BFloat16: AddNarrow(target.Span<BFloat16>(), other.Span<BFloat16>()); break;
            case DType.Complex64: Add(MemoryMarshal.Cast<Complex64, float>(target.Span<Complex64>()), MemoryMarshal.Cast<Complex64, float>(other.Span<Complex64>())); break;
            case DType.Complex128: Add(MemoryMarshal.Cast<Complex, double>(target.Span<Complex>()), MemoryMarshal.Cast<Complex, double>(other.Span<Complex>())); break;
            case DType.Int32: Add<int>(target, other); break;
            case DType.Int64: Add<long>(target, other); break;
            case DType.Int16: Add<short>(target, other); break;
            case DType.Int8: Add<sbyte>(target, other); break;
            case DType.UInt8: Add<byte>(target, other); break;
            case DType.UInt16: Add<ushort>(target, other); break;
            case DType.UInt32: Add<uint>(target, other); break;
            case DType.UInt64: Add<ulong>(target, other); break;
            default: throw Failure.Invalid($"Tensors of {target.DType.Name()} cannot be added up.");
        }
    }

    private static void Add<T>(Value target, Value other)
        where T : unmanaged, INumber<T> => Add(target.Span<T>(), other.Span<T>());

    private static void Add<T>(Span<T> target, ReadOnlySpan<T> other)
        where T : INumber<T> => TensorPrimitives.Add(target, other, target);

    private static void AddNarrow(Span<BFloat16> target, ReadOnlySpan<BFloat16> other)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (BFloat16)((float)target[i] + other[i]);
        }
    }
}
