using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Math;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Changes slices of variables that rows of indices name.</summary>
internal static class ScatterNdKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Gather>("ResourceGatherNd", "dtype");
        table.Updates<Of<ScatterKernels.AddOp>>("ResourceScatterNdAdd", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.LargerOp>>("ResourceScatterNdMax", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SmallerOp>>("ResourceScatterNdMin", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SubtractOp>>("ResourceScatterNdSub", TypeSet.Numbers);
        table.Elements<Replace>("ResourceScatterNdUpdate");
        table.Updates<Of<ScatterKernels.AddOp>>("ScatterNdAdd", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.LargerOp>>("ScatterNdMax", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SmallerOp>>("ScatterNdMin", TypeSet.Numbers);
        table.Updates<Of<ScatterKernels.SubtractOp>>("ScatterNdSub", TypeSet.Numbers);
        table.Elements<Replace>("ScatterNdUpdate");
    }

    private readonly struct Of<TOp> : INumberKernel
        where TOp : IBinary
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Variable variable = VariableUpdate.Variable(context, 0);
                lock (variable.Gate)
                {
                    Value target = VariableUpdate.Target(variable), wide = context.Widen(target), updates = context.Widen(context.Input(2));
                    Array.ScatterNdKernels.Each<T>(target.Shape, wide.Span<T>(), context.Input(1), updates, updates.Span<T>(), TOp.Apply);
                    KernelContext.Commit(wide, target);
                }

                VariableUpdate.PassOn(context);
            };
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
