namespace ModelSessions.Cpu.Planning;

/// <summary>Finds for each step the slots that it is the last to use.</summary>
internal static class Liveness
{
    /// <param name="steps">In the order of execution.</param>
    /// <param name="start">The first slot that belongs to these steps; earlier ones are somebody else's to clear.</param>
    /// <param name="slotCount">The number of slots.</param>
    /// <param name="kept">Slots that live to the end: fetches and constants.</param>
    public static void Mark(Step[] steps, int start, int slotCount, IReadOnlyList<int> kept)
    {
        bool[] seen = new bool[slotCount];
        seen.AsSpan(0, start).Fill(true);
        foreach (int slot in kept)
        {
            seen[slot] = true;
        }

        List<int> dying = [];
        for (int i = steps.Length - 1; i >= 0; i--)
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
