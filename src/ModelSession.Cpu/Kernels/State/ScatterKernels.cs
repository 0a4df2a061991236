using System.Numerics;
using System.Numerics.Tensors;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Changes rows of variables, one index after another.</summary>
internal static class ScatterKernels
{
    private static readonly TypeSet s_rings = TypeSet.Numbers | TypeSet.Complexes;

    public static void Register(KernelTable table)
    {
        table.RingUpdates<OfRing<AddOp>>("ResourceScatterAdd", s_rings, "dtype");
        table.RingUpdates<OfRing<DivideOp>>("ResourceScatterDiv", s_rings, "dtype");
        table.Updates<Of<LargerOp>>("ResourceScatterMax", TypeSet.Numbers, "dtype");
        table.Updates<Of<SmallerOp>>("ResourceScatterMin", TypeSet.Numbers, "dtype");
        table.RingUpdates<OfRing<MultiplyOp>>("ResourceScatterMul", s_rings, "dtype");
        table.RingUpdates<OfRing<SubtractOp>>("ResourceScatterSub", s_rings, "dtype");
        table.Elements<Replace>("ResourceScatterUpdate", "dtype");
        table.RingUpdates<OfRing<AddOp>>("ScatterAdd", s_rings);
        table.RingUpdates<OfRing<DivideOp>>("ScatterDiv", s_rings);
        table.Updates<Of<LargerOp>>("ScatterMax", TypeSet.Numbers);
        table.Updates<Of<SmallerOp>>("ScatterMin", TypeSet.Numbers);
        table.RingUpdates<OfRing<MultiplyOp>>("ScatterMul", s_rings);
        table.RingUpdates<OfRing<SubtractOp>>("ScatterSub", s_rings);
        table.Elements<Replace>("ScatterUpdate");
    }

    private static void Check(Value target, Value indices, Value updates)
    {
        bool fits = target.Rank > 0 && (updates.Rank == 0
            || (updates.Rank == indices.Rank + target.Rank - 1 && updates.Dimensions[..indices.Rank].SequenceEqual(indices.Dimensions)
                && updates.Dimensions[indices.Rank..].SequenceEqual(target.Dimensions[1..])));
        if (!fits)
        {
            throw Failure.Invalid($"Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got updates.shape {updates.Shape}, indices.shape {indices.Shape}, params.shape {target.Shape}");
        }
    }

    private static void Each<T>(Span<T> target, Value indices, ReadOnlySpan<T> updates, int rows, BinarySpan<T, T> f)
    {
        int width = rows == 0 ? 0 : target.Length / rows, step = updates.Length == 1 && indices.Count * width != 1 ? 0 : width;
        for (int i = 0; i < indices.Count; i++)
        {
            Interruption.Check();
            long index = indices.Integer(i);
            if (index < 0 || index >= rows)
            {
                throw Failure.Invalid($"indices[{i}] = {index} is not in [0, {rows})");
            }

            Span<T> row = target.Slice((int)index * width, width);
            f(row, updates.Slice(i * step, step == 0 ? System.Math.Min(1, updates.Length) : width), row);
        }
    }

    private readonly struct Of<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => Change<T>(TOp.Apply);
    }

    private readonly struct OfRing<TOp> : IRingKernel
        where TOp : IRingBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => Change<T>(TOp.Apply);
    }

    private static Kernel Change<T>(BinarySpan<T, T> f)
        where T : unmanaged
    {
        BinarySpan<T, T> apply = Broadcasting(f);
        return context =>
        {
            Variable variable = VariableUpdate.Variable(context, 0);
            lock (variable.Gate)
            {
                Value target = VariableUpdate.Target(variable), updates = context.Input(2);
                Check(target, context.Input(1), updates);
                Value wide = context.Widen(target);
                Each(wide.Span<T>(), context.Input(1), context.Widen(updates).Span<T>(), (int)target.Dimensions[0], apply);
                KernelContext.Commit(wide, target);
            }

            VariableUpdate.PassOn(context);
        };
    }

    // One value may stand for a whole row.
    private static BinarySpan<T, T> Broadcasting<T>(BinarySpan<T, T> f) => (x, y, z) =>
    {
        if (y.Length == z.Length)
        {
            f(x, y, z);
            return;
        }

        for (int i = 0; i < z.Length; i++)
        {
            f(x.Slice(i, 1), y, z.Slice(i, 1));
        }
    };

    private readonly struct Replace : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            BinarySpan<T, T> copy = static (_, y, z) =>
            {
                if (y.Length == z.Length)
                {
                    y.CopyTo(z);
                }
                else
                {
                    z.Fill(y[0]);
                }
            };
            return context =>
            {
                Variable variable = VariableUpdate.Variable(context, 0);
                lock (variable.Gate)
                {
                    Value target = VariableUpdate.Target(variable), updates = context.Input(2);
                    Check(target, context.Input(1), updates);
                    Each(target.Elements<T>(), context.Input(1), updates.Elements<T>(), (int)target.Dimensions[0], copy);
                }

                VariableUpdate.PassOn(context);
            };
        }
    }

    internal readonly struct AddOp : IRingBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumberBase<T> => TensorPrimitives.Add(x, y, z);
    }

    internal readonly struct SubtractOp : IRingBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumberBase<T> => TensorPrimitives.Subtract(x, y, z);
    }

    internal readonly struct MultiplyOp : IRingBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumberBase<T> => TensorPrimitives.Multiply(x, y, z);
    }

    internal readonly struct DivideOp : IRingBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumberBase<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = T.IsZero(y[i]) && T.One / (T.One + T.One) == T.Zero ? throw Failure.Invalid("Integer division by zero") : x[i] / y[i];
            }
        }
    }

    internal readonly struct LargerOp : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] > x[i] ? y[i] : x[i];
            }
        }
    }

    internal readonly struct SmallerOp : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = y[i] < x[i] ? y[i] : x[i];
            }
        }
    }
}
