namespace ModelSessions.Cpu.Execution;

/// <summary>The slots of one run of a plan at a time.</summary>
internal sealed class RunState
{
    public RunState(CpuSession session, CpuPlan plan)
    {
        Slots = [.. plan.SlotTypes.ToArray().Select(dtype => new Value(dtype))];
        foreach ((int slot, Tensor value) in plan.Constants)
        {
            Slots[slot].Borrow(value);
        }

        Arena = new Arena();
        Context = new KernelContext(session, Arena, Slots);
    }

    public Value[] Slots { get; }

    public Arena Arena { get; }

    public KernelContext Context { get; }
}
