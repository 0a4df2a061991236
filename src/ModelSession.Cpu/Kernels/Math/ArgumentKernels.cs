using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Where the extremes are. Of equals, the first; NaN is never greater nor less.</summary>
internal static class ArgumentKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ArgMax", "T", TypeSet.Numbers | TypeSet.Of(DType.Bool), (node, _) => Kernel(node, largest: true));
        table.Add("ArgMin", "T", TypeSet.Numbers | TypeSet.Of(DType.Bool), (node, _) => Kernel(node, largest: false));
    }

    private static Kernel Kernel(GraphOperation node, bool largest)
    {
        DType dtype = node.DType("T");
        return dtype == DType.Bool
            ? context => Find<byte>(context, largest)
            : largest ? Typed.Number<Largest>(node, dtype) : Typed.Number<Smallest>(node, dtype);
    }

    private static void Find<T>(KernelContext context, bool largest)
        where T : unmanaged, INumber<T>
    {
        Value x = context.Input(0);
        int axis = LayoutKernels.Axis(context.Input(1).IntegerScalar("dimension"), x.Rank, "dimension");
        int size = (int)x.Dimensions[axis];
        if (size == 0)
        {
            throw Failure.Invalid($"Reduction axis {axis} is empty in shape {x.Shape}");
        }

        Span<long> shape = stackalloc long[x.Rank - 1];
        x.Dimensions[..axis].CopyTo(shape);
        x.Dimensions[(axis + 1)..].CopyTo(shape[axis..]);
        Value result = context.Allocate(0, shape);
        int inner = 1;
        foreach (long after in x.Dimensions[(axis + 1)..])
        {
            inner *= (int)after;
        }

        ReadOnlySpan<T> elements = x.Span<T>();
        for (int i = 0; i < result.Count; i++)
        {
            Interruption.Check();
            int start = i / inner * size * inner + i % inner;
            Write(result, i, largest ? IndexOfLargest(elements[start..], size, inner) : IndexOfSmallest(elements[start..], size, inner));
        }
    }

    private static int IndexOfLargest<T>(ReadOnlySpan<T> x, int count, int step)
        where T : INumber<T>
    {
        int at = 0;
        for (int i = 1; i < count; i++)
        {
            at = x[i * step] > x[at * step] || (T.IsNaN(x[at * step]) && !T.IsNaN(x[i * step])) ? i : at;
        }

        return at;
    }

    private static int IndexOfSmallest<T>(ReadOnlySpan<T> x, int count, int step)
        where T : INumber<T>
    {
        int at = 0;
        for (int i = 1; i < count; i++)
        {
            at = x[i * step] < x[at * step] || (T.IsNaN(x[at * step]) && !T.IsNaN(x[i * step])) ? i : at;
        }

        return at;
    }

    private static void Write(Value result, int index, int value)
    {
        switch (result.DType)
        {
            case DType.Int16: result.Span<short>()[index] = (short)value; break;
            case DType.UInt16: result.Span<ushort>()[index] = (ushort)value; break;
            default: ShapeKernels.WriteInteger(result, index, value); break;
        }
    }

    private readonly struct Largest : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context => Find<T>(context, largest: true);
    }

    private readonly struct Smallest : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context => Find<T>(context, largest: false);
    }
}
