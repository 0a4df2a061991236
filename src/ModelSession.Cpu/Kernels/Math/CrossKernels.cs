using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Cross products of vectors of three numbers.</summary>
internal static class CrossKernels
{
    public static void Register(KernelTable table) => table.Numbers<Product>("Cross", TypeSet.Numbers);

    private readonly struct Product : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value x = context.Input(0), y = context.Input(1);
                if (x.Rank == 0 || x.Dimensions[^1] != 3 || !x.Dimensions.SequenceEqual(y.Dimensions))
                {
                    throw Failure.Invalid($"Cross products are only defined for 3-element vectors, and both inputs must be of same shape: {x.Shape} vs. {y.Shape}");
                }

                ReadOnlySpan<T> a = x.Span<T>(), b = y.Span<T>();
                Span<T> z = context.Allocate(0, x.Dimensions).Span<T>();
                for (int i = 0; i < z.Length; i += 3)
                {
                    z[i] = a[i + 1] * b[i + 2] - a[i + 2] * b[i + 1];
                    z[i + 1] = a[i + 2] * b[i] - a[i] * b[i + 2];
                    z[i + 2] = a[i] * b[i + 1] - a[i + 1] * b[i];
                }
            };
    }
}
