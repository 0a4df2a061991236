using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Control;

/// <summary>Nodes that only order others, or end a run.</summary>
internal static class NoOpKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("Abort", Abort);
        table.Add("ControlTrigger", _ => { });
        table.Add("NoOp", _ => { });
    }

    // TensorFlow ends the process; here nothing that a graph does may.
    private static Kernel Abort(GraphOperation node, CpuSession session)
    {
        string message = node.String("error_msg");
        return _ => throw new EngineException(StatusCode.Aborted, message.Length > 0 ? message : "The graph asked to abort.");
    }
}
