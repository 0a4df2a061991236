using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>From one element type to another.</summary>
internal static class CastKernels
{
    private static readonly TypeSet Types = TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.Bool);

    public static void Register(KernelTable table) => table.Add("Cast", "SrcT", Types, Cast);

    private static Kernel Cast(GraphOperation node, CpuSession session)
    {
        DType from = node.DType("SrcT"), to = node.DType("DstT");
        if (from == to)
        {
            return context => context.Share(0, 0);
        }

        if (!Types.Contains(to))
        {
            throw new UnsupportedFeatureException($"Node '{node.Name}': there is no cast to {to.Name()}.", $"Cast (DstT={to.Name()})");
        }

        // TensorFlow has no cutting cast from float64 to bfloat16.
        bool cuts = node.Bool("Truncate") && to.IsFloating() && (from == DType.Float32 || (from == DType.Float64 && to != DType.BFloat16));
        return cuts ? Truncating(from, to) : Rounding(from, to);
    }

    // The bits of the mantissa that the target has no room for are cut off first.
    private static Kernel Truncating(DType from, DType to)
    {
        int kept = to switch { DType.BFloat16 => 7, DType.Float16 => 10, DType.Float32 => 23, _ => 52 };
        if (from == DType.Float64)
        {
            ulong mask = ulong.MaxValue << (52 - kept);
            return Through<double, double>(to, value => BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) & mask));
        }

        uint bits = uint.MaxValue << (23 - System.Math.Min(kept, 23));
        return Through<float, float>(to, value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & bits));
    }

    private static Kernel Rounding(DType from, DType to)
    {
        return from switch
        {
            DType.Bool or DType.UInt8 => To<byte>(to),
            DType.Complex64 => Through<Complex64, float>(to, value => value.Real),
            DType.Complex128 => Through<Complex, double>(to, value => value.Real),
            DType.BFloat16 => Through<BFloat16, float>(to, value => value, VectorLength(from, to)),
            DType.Float16 => To<Half>(to, VectorLength(from, to)),
            DType.Float32 => To<float>(to, VectorLength(from, to)),
            DType.Float64 => To<double>(to, VectorLength(from, to)),
            DType.Int8 => To<sbyte>(to),
            DType.Int16 => To<short>(to),
            DType.Int32 => To<int>(to),
            DType.Int64 => To<long>(to),
            DType.UInt16 => To<ushort>(to),
            DType.UInt32 => To<uint>(to),
            _ => To<ulong>(to),
        };
    }

    // A type that is no number of .NET is read as one. Between complex types nothing is lost.
    private static Kernel Through<TFrom, TReal>(DType to, Func<TFrom, TReal> real, int vector = 0)
        where TFrom : unmanaged
        where TReal : unmanaged, INumber<TReal>
    {
        if (typeof(TFrom) == typeof(Complex64) && to == DType.Complex128)
        {
            return Each<Complex64, Complex>(value => value);
        }

        if (typeof(TFrom) == typeof(Complex) && to == DType.Complex64)
        {
            return Each<Complex, Complex64>(value => (Complex64)value);
        }

        Conversion<TReal> convert = Converter<TReal>(to, vector);
        return context =>
        {
            Value x = context.Input(0);
            Span<TReal> middle = context.Scratch<TReal>(x.Count);
            ReadOnlySpan<TFrom> source = x.Span<TFrom>();
            for (int i = 0; i < middle.Length; i++)
            {
                middle[i] = real(source[i]);
            }

            convert(context.Workers, middle, context.Allocate(0, x.Dimensions));
        };
    }

    private static Kernel To<TFrom>(DType to, int vector = 0)
        where TFrom : unmanaged, INumber<TFrom>
    {
        Conversion<TFrom> convert = Converter<TFrom>(to, vector);
        return context =>
        {
            Value x = context.Input(0);
            convert(context.Workers, x.Span<TFrom>(), context.Allocate(0, x.Dimensions));
        };
    }

    private static Kernel Each<TFrom, TTo>(Func<TFrom, TTo> f)
        where TFrom : unmanaged
        where TTo : unmanaged => Unary.Kernel(Loop(f));

    private static UnarySpan<TFrom, TTo> Loop<TFrom, TTo>(Func<TFrom, TTo> f) => (x, y) =>
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = f(x[i]);
        }
    };

    private delegate void Conversion<TFrom>(WorkerPool workers, ReadOnlySpan<TFrom> from, Value to);

    private static Conversion<TFrom> Converter<TFrom>(DType to, int vector)
        where TFrom : unmanaged, INumber<TFrom> => to switch
        {
            DType.Bool => By(Loop<TFrom, bool>(value => !TFrom.IsZero(value))),
            DType.Complex64 => By(Loop<TFrom, Complex64>(value => new Complex64(float.CreateTruncating(value), 0))),
            DType.Complex128 => By(Loop<TFrom, Complex>(value => new Complex(double.CreateTruncating(value), 0))),
            DType.BFloat16 => By(Loop<TFrom, BFloat16>(value => (BFloat16)float.CreateTruncating(value))),
            DType.Float16 => Number<TFrom, Half>(),
            DType.Float32 => Number<TFrom, float>(),
            DType.Float64 => Number<TFrom, double>(),
            DType.Int8 => Packed<TFrom, sbyte>(vector),
            DType.Int16 => Packed<TFrom, short>(vector),
            DType.Int32 => Whole<TFrom, int>(),
            DType.Int64 => Whole<TFrom, long>(),
            DType.UInt8 => Packed<TFrom, byte>(vector),
            DType.UInt16 => Packed<TFrom, ushort>(vector),
            DType.UInt32 => Packed<TFrom, uint>(vector),
            _ => Whole<TFrom, ulong>(),
        };

    private static Conversion<TFrom> Number<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo> => By<TFrom, TTo>(TensorPrimitives.ConvertTruncating);

    // Outside of the range of int32 or int64 the result is what the machine's conversion gives, as in TensorFlow; smaller
    // types take the lowest bits of that, one by one.
    private static Conversion<TFrom> Whole<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo> => By(Loop<TFrom, TTo>(
            typeof(TFrom) == typeof(double)
                ? value => Native<double, TTo>(double.CreateTruncating(value))
                : typeof(TFrom) == typeof(float) || typeof(TFrom) == typeof(Half)
                    ? value => Native<float, TTo>(float.CreateTruncating(value))
                    : TTo.CreateTruncating));

    /// <summary>How many elements at a time TensorFlow's code converts by the processor's packing instructions, which keep to the nearest number
    /// that the target has; what is left over at the end wraps. 0 if it converts one by one.</summary>
    private static int VectorLength(DType from, DType to) => (from, to) switch
    {
        (_, DType.UInt32) => 8,
        (_, not (DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16)) => 0,
        (DType.Float16, DType.Int16 or DType.UInt16) => 4,
        (DType.Float16 or DType.BFloat16, _) => 8,
        (DType.Float32, _) => 32,
        _ => 16,
    };

    private static Conversion<TFrom> Packed<TFrom, TTo>(int vector)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        Conversion<TFrom> single = Whole<TFrom, TTo>();
        if (vector == 0)
        {
            return single;
        }

        UnarySpan<TFrom, TTo> pack = Loop<TFrom, TTo>(value => Pack<TFrom, TTo>(double.CreateTruncating(value)));
        return (workers, from, to) =>
        {
            single(workers, from, to);
            int whole = from.Length - from.Length % vector;
            Elementwise.Map(workers, pack, from[..whole], to.Span<TTo>()[..whole]);
        };
    }

    // By way of int32, where anything outside is its lowest number. Bytes of doubles go by way of unsigned 16 bits, which are then taken for signed.
    private static TTo Pack<TFrom, TTo>(double value)
        where TTo : IBinaryInteger<TTo>
    {
        if (typeof(TTo) == typeof(uint))
        {
            return TTo.CreateTruncating(value is > int.MinValue and < 4294967296.0 ? (long)value : int.MinValue);
        }

        int number = double.ConvertToIntegerNative<int>(value);
        if (typeof(TTo) == typeof(byte) && typeof(TFrom) == typeof(double))
        {
            number = (short)(ushort)System.Math.Clamp(number, 0, ushort.MaxValue);
        }

        return TTo.CreateSaturating(number);
    }

    private static TTo Native<TFloat, TTo>(TFloat value)
        where TFloat : IFloatingPoint<TFloat>
        where TTo : IBinaryInteger<TTo> =>
            typeof(TTo) == typeof(ulong) || typeof(TTo) == typeof(long) ? TFloat.ConvertToIntegerNative<TTo>(value)
            : typeof(TTo) == typeof(uint) ? TTo.CreateTruncating(TFloat.ConvertToIntegerNative<long>(value))
            : TTo.CreateTruncating(TFloat.ConvertToIntegerNative<int>(value));

    private static Conversion<TFrom> By<TFrom, TTo>(UnarySpan<TFrom, TTo> f)
        where TFrom : unmanaged
        where TTo : unmanaged => (workers, from, to) => Elementwise.Map(workers, f, from, to.Span<TTo>());
}
