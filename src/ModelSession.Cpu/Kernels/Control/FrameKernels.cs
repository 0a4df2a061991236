namespace ModelSessions.Cpu.Kernels.Control;

/// <summary>Ways into loops, round them and out of them; the plan knows where they lead.</summary>
internal static class FrameKernels
{
    private static readonly string[] Kinds =
        ["Enter", "Exit", "LoopCond", "NextIteration", "RefEnter", "RefExit", "RefNextIteration"];

    public static void Register(KernelTable table)
    {
        foreach (string kind in Kinds)
        {
            table.Add(kind, context => SwitchKernels.PassOn(context, 0, 0));
        }
    }
}
