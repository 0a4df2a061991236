using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>Steps in a fixed order over an array of slots: what a plan or a function runs.</summary>
internal sealed class Routine(
    CpuSession session, Step[] steps, DType[] slotTypes, (int Slot, Tensor Value)[] constants, int[] feedSlots, int[] fetchSlots, bool hasFlow)
{
    private readonly Stack<RunState> _idle = new();
    private readonly Lock _gate = new();
    private readonly int[] _transient = [.. Enumerable.Range(0, slotTypes.Length).Except(constants.Select(constant => constant.Slot))];

    public CpuSession Session => session;

    public ReadOnlySpan<Step> Steps => steps;

    /// <summary>How many nodes it came from, those folded included.</summary>
    public int NodeCount { get; init; }

    /// <summary>What is one step although it was several nodes, by the last of these.</summary>
    public IReadOnlyDictionary<GraphOperation, Fusion> Fusions { get; init; } = new Dictionary<GraphOperation, Fusion>();

    /// <summary>The step from which on a run is not ended any more; none for one that may be ended anywhere.</summary>
    public int FirstWrite { get; init; } = int.MaxValue;

    public ReadOnlySpan<DType> SlotTypes => slotTypes;

    public ReadOnlySpan<(int Slot, Tensor Value)> Constants => constants;

    /// <summary>Slots for one run; each that overlaps with others has its own.</summary>
    public RunState Take()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out RunState? idle))
            {
                return idle;
            }
        }

        return new RunState(this);
    }

    /// <summary>Takes slots back and lets go of all that they hold.</summary>
    public void GiveBack(RunState state)
    {
        state.Context.Reset();
        foreach (int slot in _transient)
        {
            state.Slots[slot].Reset();
        }

        lock (_gate)
        {
            _idle.Push(state);
        }
    }

    /// <summary>The slot that a feed goes into.</summary>
    public Value Feed(RunState state, int index) => state.Slots[feedSlots[index]];

    /// <summary>The slot that a fetch comes from.</summary>
    public Value Fetch(RunState state, int index) => state.Slots[fetchSlots[index]];

    /// <summary>Runs all steps.</summary>
    /// <exception cref="EngineException">A node failed.</exception>
    public void Run(RunState state)
    {
        if (hasFlow)
        {
            StepRunner.RunLive(steps, state.Context, whole: true, FirstWrite);
        }
        else
        {
            StepRunner.RunAll(steps, state.Context, FirstWrite);
        }
    }
}
