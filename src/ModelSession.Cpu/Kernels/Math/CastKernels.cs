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

        return from switch
        {
            DType.Bool or DType.UInt8 => To<byte>(to),
            DType.Complex64 => Through<Complex64, float>(to, value => value.Real),
            DType.Complex128 => Through<Complex, double>(to, value => value.Real),
            DType.BFloat16 => Through<BFloat16, float>(to, value => value),
            DType.Float16 => To<Half>(to),
            DType.Float32 => To<float>(to),
            DType.Float64 => To<double>(to),
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
    private static Kernel Through<TFrom, TReal>(DType to, Func<TFrom, TReal> real)
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

        Conversion<TReal> convert = Converter<TReal>(to);
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

    private static Kernel To<TFrom>(DType to)
        where TFrom : unmanaged, INumber<TFrom>
    {
        Conversion<TFrom> convert = Converter<TFrom>(to);
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

    private static Conversion<TFrom> Converter<TFrom>(DType to)
        where TFrom : unmanaged, INumber<TFrom> => to switch
        {
            DType.Bool => By(Loop<TFrom, bool>(value => !TFrom.IsZero(value))),
            DType.Complex64 => By(Loop<TFrom, Complex64>(value => new Complex64(float.CreateTruncating(value), 0))),
            DType.Complex128 => By(Loop<TFrom, Complex>(value => new Complex(double.CreateTruncating(value), 0))),
            DType.BFloat16 => By(Loop<TFrom, BFloat16>(value => (BFloat16)float.CreateTruncating(value))),
            DType.Float16 => Number<TFrom, Half>(),
            DType.Float32 => Number<TFrom, float>(),
            DType.Float64 => Number<TFrom, double>(),
            DType.Int8 => Number<TFrom, sbyte>(),
            DType.Int16 => Number<TFrom, short>(),
            DType.Int32 => Number<TFrom, int>(),
            DType.Int64 => Number<TFrom, long>(),
            DType.UInt8 => Number<TFrom, byte>(),
            DType.UInt16 => Number<TFrom, ushort>(),
            DType.UInt32 => Number<TFrom, uint>(),
            _ => Number<TFrom, ulong>(),
        };

    private static Conversion<TFrom> Number<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo> => By<TFrom, TTo>(TensorPrimitives.ConvertTruncating);

    private static Conversion<TFrom> By<TFrom, TTo>(UnarySpan<TFrom, TTo> f)
        where TFrom : unmanaged
        where TTo : unmanaged => (workers, from, to) => Elementwise.Map(workers, f, from, to.Span<TTo>());
}
