using ModelSessions.Cpu.Planning;

namespace ModelSessions.Cpu.Execution;

/// <summary>A way round a loop: the slot that an iteration writes, the slot that the next one reads.</summary>
internal readonly record struct LoopTurn(int Written, int Read);

/// <summary>A frame of TensorFlow's loops: steps that run again as long as something comes round. The iterations run one after
/// another over the same slots, so that a loop needs no more memory the longer it runs.</summary>
/// <param name="entries">Bring values in from outside.</param>
/// <param name="body">One iteration.</param>
/// <param name="turns">What comes round.</param>
/// <param name="results">Slots that the last iteration sets for those outside.</param>
/// <param name="lasting">Slots of entries that all iterations read.</param>
internal sealed class Loop(Step[] entries, Step[] body, LoopTurn[] turns, int[] results, int[] lasting)
{
    public void Run(KernelContext context)
    {
        Drop(context, results);
        StepRunner.RunLive(entries, context);
        bool again;
        do
        {
            StepRunner.RunLive(body, context);
            again = false;
            foreach (LoopTurn turn in turns)
            {
                again |= context.Pass(turn.Written, turn.Read);
                context.Drop(turn.Written);
            }
        }
        while (again);
        Drop(context, lasting);
    }

    private static void Drop(KernelContext context, int[] slots)
    {
        foreach (int slot in slots)
        {
            context.Drop(slot);
        }
    }
}
