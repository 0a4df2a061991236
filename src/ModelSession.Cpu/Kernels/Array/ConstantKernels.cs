using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Values that come from outside of the computation: constants, feeds.</summary>
internal static class ConstantKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Const", Const);
        table.Add("Placeholder", Placeholder);
        table.Add("PlaceholderV2", Placeholder);
        table.Add("PlaceholderWithDefault", context => context.Share(0, 0));
    }

    // Most constants are folded into the plan; one with control inputs is not.
    private static Kernel Const(GraphOperation node, CpuSession session)
    {
        Tensor value = session.Constant(node);
        return context => context.Output(0).Borrow(value);
    }

    private static Kernel Placeholder(GraphOperation node, CpuSession session)
    {
        string message = $"You must feed a value for placeholder tensor '{node.Name}' with dtype {node.DType("dtype").Name()} and shape {node.Shape("shape")}";
        return _ => throw Failure.Invalid(message);
    }
}
