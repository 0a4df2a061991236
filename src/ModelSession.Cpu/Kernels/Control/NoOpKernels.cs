namespace ModelSessions.Cpu.Kernels.Control;

/// <summary>Nodes that only order others.</summary>
internal static class NoOpKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ControlTrigger", _ => { });
        table.Add("NoOp", _ => { });
    }
}
