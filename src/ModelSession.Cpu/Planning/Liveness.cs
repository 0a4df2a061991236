namespace ModelSessions.Cpu.Planning;

/// <summary>Finds for each step the slots that it is the last to use.</summary>
internal static class Liveness
{
    /// <param name="steps">In the order of execution.</param>
    /// <param name="slotCount">The number of slots.</param>
    /// <param name="kept">Slots that live to the end: fetches and constants.</param>
    public static void Mark(List<Step> steps, int slotCount, IReadOnlySet<int> kept)
    {
        bool[] seen = new bool[slotCount];
        foreach (int slot in kept)
        {
            seen[slot] = true;
        }

        List<int> dying = [];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            Step step = steps[i];
            dying.Clear();
            for (int output = 0; output < step.OutputCount; output++)
            {
                Use(step.FirstOutput + output);
            }

            foreach (int slot in step.Inputs)
            {
                Use(slot);
            }

            step.Dying = [.. dying];
        }

        void Use(int slot)
        {
            if (!seen[slot])
            {
                seen[slot] = true;
                dying.Add(slot);
            }
        }
    }
}
