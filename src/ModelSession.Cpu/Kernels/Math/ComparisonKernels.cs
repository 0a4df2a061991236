using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Relations of numbers, and logic.</summary>
internal static class ComparisonKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Approximate>("ApproximateEqual", TypeSet.Numbers);
        table.Add("Equal", "T", TypeSet.All, (node, _) => Equality(node, equal: true));
        table.Numbers<Binary.OfRelation<Greater>>("Greater", TypeSet.Numbers);
        table.Numbers<Binary.OfRelation<GreaterEqual>>("GreaterEqual", TypeSet.Numbers);
        table.Numbers<Binary.OfRelation<Less>>("Less", TypeSet.Numbers);
        table.Numbers<Binary.OfRelation<LessEqual>>("LessEqual", TypeSet.Numbers);
        table.Add("LogicalAnd", Binary.Kernel<bool, bool>((x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] && y[i];
            }
        }));
        table.Add("LogicalOr", Binary.Kernel<bool, bool>((x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] || y[i];
            }
        }));
        table.Add("NotEqual", "T", TypeSet.All, (node, _) => Equality(node, equal: false));
    }

    private static Kernel Equality(GraphOperation node, bool equal)
    {
        DType dtype = node.DType("T");
        Kernel kernel = dtype switch
        {
            DType.Bool => Bits<byte>(equal),
            DType.String => StringEquality.Kernel(equal),
            DType.Complex64 => Bits<Complex64>(equal),
            DType.Complex128 => Bits<Complex>(equal),
            _ => equal ? Typed.Number<Binary.OfRelation<Same>>(node, dtype) : Typed.Number<Binary.OfRelation<Different>>(node, dtype),
        };
        if (node.Bool("incompatible_shape_error"))
        {
            return kernel;
        }

        return context =>
        {
            // Shapes that do not broadcast are unequal as wholes: one answer.
            Value x = context.Input(0), y = context.Input(1);
            Span<long> shape = stackalloc long[System.Math.Max(x.Rank, y.Rank)];
            if (Numerics.BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, shape))
            {
                kernel(context);
                return;
            }

            context.Allocate(0, []).Span<bool>()[0] = !equal;
        };
    }

    private static Kernel Bits<T>(bool equal)
        where T : unmanaged, IEquatable<T> => Binary.Kernel<T, bool>((x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i].Equals(y[i]) == equal;
            }
        });

    private readonly struct Same : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] == y[i];
            }
        }
    }

    private readonly struct Different : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] != y[i];
            }
        }
    }

    private readonly struct Less : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] < y[i];
            }
        }
    }

    private readonly struct LessEqual : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] <= y[i];
            }
        }
    }

    private readonly struct Greater : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T> => Less.Apply(y, x, z);
    }

    private readonly struct GreaterEqual : IRelation
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<bool> z)
            where T : unmanaged, INumber<T> => LessEqual.Apply(y, x, z);
    }

    private readonly struct Approximate : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            T tolerance = T.CreateSaturating(node.Float("tolerance"));
            return Binary.Kernel<T, bool>((x, y, z) =>
            {
                for (int i = 0; i < z.Length; i++)
                {
                    // Not by Abs: the lowest whole number has none.
                    T difference = x[i] < y[i] ? y[i] - x[i] : x[i] - y[i];
                    z[i] = difference < tolerance;
                }
            });
        }
    }
}
