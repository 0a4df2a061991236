using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.State;

/// <summary>Sets slices of variables.</summary>
internal static class SliceAssignKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Assign>("ResourceStridedSliceAssign");
        table.Elements<Assign>("StridedSliceAssign");
    }

    private readonly struct Assign : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            SliceMasks masks = new(node);
            return context =>
            {
                Variable variable = VariableUpdate.Variable(context, 0);
                lock (variable.Gate)
                {
                    SliceKernels.Assign<T>(context, masks, VariableUpdate.Target(variable), 4);
                }

                VariableUpdate.PassOn(context);
            };
        }
    }
}
