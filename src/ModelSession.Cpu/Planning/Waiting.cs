namespace ModelSessions.Cpu.Planning;

/// <summary>Nodes that may wait for what others do.</summary>
internal static class Waiting
{
    private static readonly HashSet<string> Takers =
    [
        "AccumulatorTakeGradient", "BarrierTakeMany", "MapPeek", "MapUnstage", "MapUnstageNoKey", "OrderedMapPeek", "OrderedMapUnstage",
        "OrderedMapUnstageNoKey", "QueueDequeue", "QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo", "QueueDequeueUpToV2", "QueueDequeueV2",
        "ReaderRead", "ReaderReadUpTo", "ReaderReadUpToV2", "ReaderReadV2", "ResourceAccumulatorTakeGradient", "SparseAccumulatorTakeGradient",
        "StagePeek", "Unstage",
    ];

    /// <summary>Puts what takes from a queue, with all that needs it, behind the rest, so that a run that also fills the queue does not wait for itself.</summary>
    /// <param name="nodes">Each after what it depends on.</param>
    public static List<GraphOperation> Last(List<GraphOperation> nodes)
    {
        HashSet<GraphOperation> late = [];
        foreach (GraphOperation node in nodes)
        {
            if (Takers.Contains(node.Type) || node.Inputs.Any(input => late.Contains(input.Operation)) || node.ControlInputs.Any(late.Contains))
            {
                late.Add(node);
            }
        }

        return late.Count == 0 ? nodes : [.. nodes.Where(node => !late.Contains(node)), .. nodes.Where(late.Contains)];
    }
}
