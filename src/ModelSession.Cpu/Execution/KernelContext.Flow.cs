using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <content>Values and their absence: what runs, what is left out, who waits for whom.</content>
internal sealed partial class KernelContext
{
    /// <summary>Whether a step is to run: all that it reads and waits for has a value, or for one that merges, any.</summary>
    public bool IsLive(Step step)
    {
        foreach (int slot in step.Gates)
        {
            if (!slots[slot].HasValue)
            {
                return false;
            }
        }

        if (step.Kind == StepKind.Loop)
        {
            return true;
        }

        bool merges = step.Kind == StepKind.Merge;
        foreach (int slot in step.Inputs)
        {
            if (slots[slot].HasValue == merges)
            {
                return merges;
            }
        }

        return !merges;
    }

    /// <summary>Leaves a step out: its outputs are dead. A loop's exit keeps what it was given.</summary>
    public void Skip(Step step)
    {
        for (int i = 0; i < step.OutputCount && step.Kind != StepKind.Exit; i++)
        {
            Drop(step.FirstOutput + i);
        }
    }

    /// <summary>Tells those that wait for a step whether it ran.</summary>
    public void Mark(Step step, bool live)
    {
        if (step.Gate >= 0 && (live || step.Kind != StepKind.Exit))
        {
            slots[step.Gate].IsMarked = live;
        }
    }

    /// <summary>Hands a slot's value to another slot; false if there is none.</summary>
    public bool Pass(int from, int to)
    {
        Value source = slots[from], target = slots[to];
        target.Reference = source.Reference;
        if (source.Memory is null)
        {
            target.Clear();
        }
        else
        {
            target.ShareFrom(source, source.Dimensions);
        }

        return source.HasValue;
    }

    /// <summary>Leaves a slot without a value.</summary>
    public void Drop(int slot) => slots[slot].Reset();

    /// <summary>Whether an input has a value: in a node that merges, not all have.</summary>
    public bool HasInput(int index) => slots[_step.Inputs[index]].HasValue;

    /// <summary>Leaves an output without a value.</summary>
    public void Kill(int output) => Drop(_step.FirstOutput + output);

    /// <summary>Passes an input on, be it a value or a reference.</summary>
    public void PassOn(int input, int output) => Pass(_step.Inputs[input], _step.FirstOutput + output);
}
