namespace ModelSessions.Cpu.Execution;

/// <summary>The slots of one run of a routine at a time.</summary>
internal sealed class RunState
{
    public RunState(Routine routine)
    {
        Slots = [.. routine.SlotTypes.ToArray().Select(dtype => new Value(dtype))];
        foreach ((int slot, Tensor value) in routine.Constants)
        {
            Slots[slot].Borrow(value);
        }

        Context = new KernelContext(routine.Session, Slots) { Arena = null! };
    }

    public Value[] Slots { get; }

    public KernelContext Context { get; }
}
