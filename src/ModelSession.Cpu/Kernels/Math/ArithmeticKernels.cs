using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Sums, products, quotients, remainders, extremes of two numbers.</summary>
internal static class ArithmeticKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Add", "T", TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.String), (node, _) => node.DType("T") switch
        {
            DType.String => JoinTexts,
            DType.Complex64 or DType.Complex128 => ComplexArithmetic.Kernel(node.DType("T"), (x, y, z) => TensorPrimitives.Add(x, y, z)),
            _ => Typed.Number<Binary.Of<Add>>(node, node.DType("T")),
        });
        ComplexArithmetic.Numbers<Add>(table, "AddV2", (x, y, z) => TensorPrimitives.Add(x, y, z));
        ComplexArithmetic.Numbers<Divide>(table, "Div", (x, y, z) => TensorPrimitives.Divide(x, y, z));
        table.Floats<Binary.OfFloat<DivideNoNan>>("DivNoNan", TypeSet.Floats);
        table.Numbers<Binary.Of<FloorDivide>>("FloorDiv", TypeSet.Numbers);
        table.Numbers<Binary.Of<FloorRemainder>>("FloorMod", TypeSet.Numbers);
        table.Numbers<Binary.Of<Maximum>>("Maximum", TypeSet.Numbers);
        table.Numbers<Binary.Of<Minimum>>("Minimum", TypeSet.Numbers);
        table.Numbers<Binary.Of<Remainder>>("Mod", TypeSet.Numbers);
        ComplexArithmetic.Numbers<Multiply>(table, "Mul", (x, y, z) => TensorPrimitives.Multiply(x, y, z));
        table.Floats<Binary.OfFloat<MultiplyNoNan>>("MulNoNan", TypeSet.Floats);
        ComplexArithmetic.Numbers<Divide>(table, "RealDiv", (x, y, z) => TensorPrimitives.Divide(x, y, z));
        table.Add("SquaredDifference", "T", TypeSet.Numbers | TypeSet.Complexes, SquareOfDifference);
        ComplexArithmetic.Numbers<Subtract>(table, "Sub", (x, y, z) => TensorPrimitives.Subtract(x, y, z));
        table.Add("TruncateDiv", "T", TypeSet.Numbers, TruncatedQuotient);
        table.Numbers<TruncateMod>("TruncateMod", TypeSet.Numbers);
    }

    private static void JoinTexts(KernelContext context)
    {
        Value x = context.Input(0), y = context.Input(1);
        int rank = System.Math.Max(x.Rank, y.Rank);
        Span<long> shape = stackalloc long[rank];
        if (!BroadcastLoop.TryMerge(x.Dimensions, y.Dimensions, shape))
        {
            throw Failure.Invalid($"Incompatible shapes: {x.Shape} vs. {y.Shape}");
        }

        Span<object?> result = context.Allocate(0, shape).Objects;
        object?[] left = new object?[result.Length], right = new object?[result.Length];
        StridedCopy.Stretch<object?>(context.Workers, x.Objects, x.Dimensions, shape, left);
        StridedCopy.Stretch<object?>(context.Workers, y.Objects, y.Dimensions, shape, right);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (byte[])[.. (byte[]?)left[i] ?? [], .. (byte[]?)right[i] ?? []];
        }
    }

    // Floats round the quotient, then lose what is behind the point.
    private static Kernel TruncatedQuotient(GraphOperation node, CpuSession session) => node.DType("T") switch
    {
        DType.Float16 => Quotients<Half>((x, y) => Half.Truncate(x / y)),
        DType.BFloat16 => Quotients<BFloat16>((x, y) => (BFloat16)MathF.Truncate((BFloat16)((float)x / y))),
        DType.Float32 => Quotients<float>((x, y) => MathF.Truncate(x / y)),
        DType.Float64 => Quotients<double>((x, y) => System.Math.Truncate(x / y)),
        DType dtype => Typed.Number<Binary.Of<Divide>>(node, dtype),
    };

    private static Kernel Quotients<T>(Func<T, T, T> quotient)
        where T : unmanaged => Binary.Kernel<T, T>((x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = quotient(x[i], y[i]);
            }
        });

    // Narrow floats round the difference, then its square.
    private static Kernel SquareOfDifference(GraphOperation node, CpuSession session) => node.DType("T") switch
    {
        DType.Float16 => Binary.Kernel<Half, Half>(SquaredDifference.Apply),
        DType.BFloat16 => Binary.Kernel<BFloat16, BFloat16>((x, y, z) =>
        {
            for (int i = 0; i < z.Length; i++)
            {
                BFloat16 difference = (BFloat16)(x[i] - y[i]);
                z[i] = (BFloat16)((float)difference * difference);
            }
        }),
        DType.Complex64 or DType.Complex128 => ComplexArithmetic.Kernel(node.DType("T"), ComplexArithmetic.SquaredDifference),
        DType dtype => Typed.Number<Binary.Of<SquaredDifference>>(node, dtype),
    };

    // x / y of whole numbers: 0 is TensorFlow's error, and the lowest number by −1 wraps.
    private static T Quotient<T>(T x, T y)
        where T : INumber<T> => T.IsZero(y) ? throw DivisionByZero() : y == -T.One ? T.Zero - x : x / y;

    private static EngineException DivisionByZero() => Failure.Invalid("Integer division by zero");

    private static bool IsInteger<T>()
        where T : INumber<T> => T.One / (T.One + T.One) == T.Zero;

    private readonly struct Add : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Add(x, y, z);
    }

    private readonly struct Subtract : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Subtract(x, y, z);
    }

    private readonly struct Multiply : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => TensorPrimitives.Multiply(x, y, z);
    }

    private readonly struct SquaredDifference : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            TensorPrimitives.Subtract(x, y, z);
            TensorPrimitives.Multiply(z, z, z);
        }
    }

    private readonly struct Divide : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (!IsInteger<T>())
            {
                TensorPrimitives.Divide(x, y, z);
                return;
            }

            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Quotient(x[i], y[i]);
            }
        }
    }

    private readonly struct FloorDivide : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool integer = IsInteger<T>();
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = integer ? FloorInteger(x[i], y[i]) : FloorFloat(x[i] / y[i]);
            }
        }

        private static T FloorInteger<T>(T x, T y)
            where T : INumber<T>
        {
            T quotient = Quotient(x, y);
            return quotient * y != x && T.IsNegative(x) != T.IsNegative(y) ? quotient - T.One : quotient;
        }

        private static T FloorFloat<T>(T quotient)
            where T : INumber<T> => typeof(T) == typeof(float)
                ? T.CreateTruncating(MathF.Floor(float.CreateTruncating(quotient)))
                : T.CreateTruncating(System.Math.Floor(double.CreateTruncating(quotient)));
    }

    private readonly struct FloorRemainder : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool integer = IsInteger<T>();
            for (int i = 0; i < z.Length; i++)
            {
                T rest = Rest(x[i], y[i], integer), divisor = y[i];
                z[i] = rest != T.Zero && T.IsNegative(rest) != T.IsNegative(divisor) ? rest + divisor : rest;
            }
        }
    }

    private readonly struct Remainder : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool integer = IsInteger<T>();
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = Rest(x[i], y[i], integer);
            }
        }
    }

    private static T Rest<T>(T x, T y, bool integer)
        where T : INumber<T> => !integer ? x % y : T.IsZero(y) ? throw DivisionByZero() : y == -T.One ? T.Zero : x % y;

    // Of two zeros the second, as TensorFlow on x86; a NaN in either stays.
    private readonly struct Maximum : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            int i = 0;
            if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
            {
                for (; i <= z.Length - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> a = new(x[i..]), b = new(y[i..]);
                    Vector.ConditionalSelect(Vector.GreaterThan(a, b) | ~Vector.Equals(a, a), a, b).CopyTo(z[i..]);
                }
            }

            for (; i < z.Length; i++)
            {
                z[i] = x[i] > y[i] || T.IsNaN(x[i]) ? x[i] : y[i];
            }
        }
    }

    private readonly struct Minimum : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            int i = 0;
            if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported)
            {
                for (; i <= z.Length - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> a = new(x[i..]), b = new(y[i..]);
                    Vector.ConditionalSelect(Vector.LessThan(a, b) | ~Vector.Equals(a, a), a, b).CopyTo(z[i..]);
                }
            }

            for (; i < z.Length; i++)
            {
                z[i] = x[i] < y[i] || T.IsNaN(x[i]) ? x[i] : y[i];
            }
        }
    }

    // The only one of its kind for which TensorFlow does not expect that a divisor may be 0.
    private readonly struct TruncateMod : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                try
                {
                    Binary.Run<T, T>(context, Remainder.Apply);
                }
                catch (EngineException e) when (e.Message == DivisionByZero().Message)
                {
                    throw new EngineException(StatusCode.Internal, "Unexpected error in binary operator (only integer div and mod should have errors)");
                }
            };
    }

    private readonly struct DivideNoNan : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] == T.Zero ? T.Zero : x[i] / y[i];
            }
        }
    }

    private readonly struct MultiplyNoNan : IFloatBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] == T.Zero ? T.Zero : x[i] * y[i];
            }
        }
    }
}
