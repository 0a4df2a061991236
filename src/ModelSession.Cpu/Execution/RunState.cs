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

        Context = new KernelContext(session, Slots) { Arena = null! };
    }

    public Value[] Slots { get; }

    public KernelContext Context { get; }
}
