namespace ModelSessions.Graphs.Ops;

/// <summary>Queues, and what is put into them and taken from them.</summary>
internal static class QueueOps
{
    public static void Define(OpTable ops)
    {
        foreach (string kind in (string[])["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "RandomShuffleQueue"])
        {
            // Of old, a handle was two strings: container and name.
            ops.DefineStop(kind, c => c.Output(0, [2]));
            ops.DefineStop(kind + "V2", Shapes.Scalar);
        }

        foreach (string version in (string[])["", "V2"])
        {
            ops.DefineStop("QueueClose" + version, shape: null);
            ops.DefineStop("QueueDequeue" + version, c => Give(c, Shape.Scalar));
            ops.DefineStop("QueueDequeueMany" + version, c => Give(c, [Count(c)]));
            ops.DefineStop("QueueDequeueUpTo" + version, c => Give(c, [-1]));
            ops.DefineStop("QueueEnqueue" + version, shape: null);
            ops.DefineStop("QueueEnqueueMany" + version, shape: null);
            ops.DefineStop("QueueIsClosed" + version, Shapes.Scalar);
            ops.DefineStop("QueueSize" + version, Shapes.Scalar);
        }

        ops.DefineStop("FakeQueue", shape: null);
    }

    // The components' shapes as the queue's node states them, below that of the batch.
    private static void Give(ShapeContext c, Shape batch)
    {
        GraphOperation queue = c.Operation.Inputs[0].Operation;
        if (!queue.Attributes.ContainsKey("component_types"))
        {
            return;
        }

        IReadOnlyList<Shape> shapes = queue.ShapeList("shapes");
        shapes = queue.Type.StartsWith("PriorityQueue", StringComparison.Ordinal) && shapes.Count > 0 ? [Shape.Scalar, .. shapes] : shapes;
        for (int i = 0; i < c.OutputCount && shapes.Count == c.OutputCount; i++)
        {
            c.Output(i, Shapes.Concat(batch, shapes[i]));
        }
    }

    // A negative number is for the run to refuse.
    private static long Count(ShapeContext c) => c.TryScalar(1, out long count) && count >= 0 ? count : -1;
}
