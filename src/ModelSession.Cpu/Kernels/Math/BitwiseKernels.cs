using System.Numerics;
using System.Numerics.Tensors;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Whole numbers as bits.</summary>
internal static class BitwiseKernels
{
    public static void Register(KernelTable table)
    {
        table.Integers<Binary.OfInteger<And>>("BitwiseAnd", TypeSet.Integers);
        table.Integers<Binary.OfInteger<Or>>("BitwiseOr", TypeSet.Integers);
        table.Integers<Binary.OfInteger<Xor>>("BitwiseXor", TypeSet.Integers);
        table.Integers<Invert>("Invert", TypeSet.Integers);
        table.Integers<Binary.OfInteger<Left>>("LeftShift", TypeSet.Integers);
        table.Integers<PopulationCount>("PopulationCount", TypeSet.Integers);
        table.Integers<Binary.OfInteger<Right>>("RightShift", TypeSet.Integers);
    }

    // C++ leaves shifts beyond the width open; TensorFlow clamps them to the last bit.
    private static int Distance<T>(T y)
        where T : unmanaged, IBinaryInteger<T>
    {
        int last = System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * 8 - 1;
        return T.IsNegative(y) ? 0 : y > T.CreateTruncating(last) ? last : int.CreateTruncating(y);
    }

    private readonly struct And : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.BitwiseAnd(x, y, z);
    }

    private readonly struct Or : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.BitwiseOr(x, y, z);
    }

    private readonly struct Xor : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.Xor(x, y, z);
    }

    private readonly struct Left : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] << Distance(y[i]);
            }
        }
    }

    private readonly struct Right : IIntegerBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IBinaryInteger<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] >> Distance(y[i]);
            }
        }
    }

    private readonly struct Invert : IIntegerKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => Unary.Kernel<T, T>((x, y) => TensorPrimitives.OnesComplement(x, y));
    }

    private readonly struct PopulationCount : IIntegerKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => Unary.Kernel<T, byte>((x, y) =>
            {
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = byte.CreateTruncating(T.PopCount(x[i]));
                }
            });
    }
}
