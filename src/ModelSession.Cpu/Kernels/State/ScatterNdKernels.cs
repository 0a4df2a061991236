using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Changes slices of variables that rows of indices name.</summary>
internal static class ScatterNdKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Gather>("ResourceGatherNd", "dtype");
        Sum<ScatterKernels.AddOp, ScatterKernels.LargerOp>(table, "ResourceScatterNdAdd");
        table.Updates<Of<ScatterKernels.LargerOp>>("ResourceScatterNdMax", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SmallerOp>>("ResourceScatterNdMin", TypeSet.Numbers);
        Sum<ScatterKernels.SubtractOp, Differ>(table, "ResourceScatterNdSub");
        table.Elements<Replace>("ResourceScatterNdUpdate");
        Sum<ScatterKernels.AddOp, ScatterKernels.LargerOp>(table, "ScatterNdAdd");
        table.Updates<Of<ScatterKernels.LargerOp>>("ScatterNdMax", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SmallerOp>>("ScatterNdMin", TypeSet.Numbers);
        Sum<ScatterKernels.SubtractOp, Differ>(table, "ScatterNdSub");
        table.Elements<Replace>("ScatterNdUpdate");
    }

    // Of truth values a sum is an "or", a difference whether they differ.
    private static void Sum<TOp, TLogic>(KernelTable table, string op)
        where TOp : IRingBinary
        where TLogic : IBinary => table.Add(op, "T", TypeSet.Numbers | TypeSet.Complexes | TypeSet.Of(DType.Bool), (node, _) =>
            node.DType("T") == DType.Bool ? Change<byte>(TLogic.Apply) : Typed.RingUpdate<OfRing<TOp>>(node, node.DType("T")));

    private static Kernel Change<T>(BinarySpan<T, T> f)
        where T : unmanaged => context =>
        {
            Variable variable = VariableUpdate.Variable(context, 0);
            lock (variable.Gate)
            {
                Value target = VariableUpdate.Target(variable), wide = context.Widen(target), updates = context.Widen(context.Input(2));
                Array.ScatterNdKernels.Each(target.Shape, wide.Span<T>(), context.Input(1), updates, updates.Span<T>(), f);
                KernelContext.Commit(wide, target);
            }

            VariableUpdate.PassOn(context);
        };

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

    private readonly struct Differ : IBinary
    {
        public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            for (int i = 0; i < z.Length; i++)
            {
                z[i] = x[i] == y[i] ? T.Zero : T.One;
            }
        }
    }

    private readonly struct Replace : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Variable variable = VariableUpdate.Variable(context, 0);
            lock (variable.Gate)
            {
                Value target = VariableUpdate.Target(variable), updates = context.Input(2);
                Array.ScatterNdKernels.Each<T>(target.Shape, target.Elements<T>(), context.Input(1), updates, updates.Elements<T>(), Array.ScatterNdKernels.Replace);
            }

            VariableUpdate.PassOn(context);
        };
    }

    private readonly struct Gather : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            ResourceVariable variable = ResourceVariableKernels.Variable(context, 0);
            lock (variable.Gate)
            {
                Array.GatherKernels.PickNd<T>(context, variable.LookUp(), context.Input(1));
            }
        };
    }
}
