namespace ModelSessions.Cpu.Planning;

/// <summary>Whether nodes ask for the task that this engine is. As in TensorFlow all nodes of a graph count, also those that a run does not
/// need. A node that asks for a GPU, or for another CPU, of this task runs on the one that there is (TensorFlow's soft placement).</summary>
internal sealed class Placement
{
    private readonly Lock _gate = new();
    private int _checked;

    /// <summary>Checks the nodes of a graph, which may have grown.</summary>
    /// <exception cref="EngineException">A node asks for another task.</exception>
    public void Check(Graph graph)
    {
        lock (_gate)
        {
            IReadOnlyList<GraphOperation> nodes = graph.Operations;
            HashSet<string> known = new(StringComparer.Ordinal);
            for (; _checked < nodes.Count; _checked++)
            {
                GraphOperation node = nodes[_checked];
                if (node.Device.Length == 0 || !known.Add(node.Device))
                {
                    continue;
                }

                DeviceName device = DeviceName.Parse(node.Device);
                if (!device.IsRunnable)
                {
                    throw new EngineException(
                        StatusCode.InvalidArgument,
                        $"Node '{node.Name}' ({node.Type}) is to run on '{node.Device}', which is no device; the file that it comes from is damaged. Take an undamaged copy of it.",
                        node.Name);
                }

                if (!IsHere(device))
                {
                    throw new EngineException(
                        StatusCode.InvalidArgument,
                        $"Node '{node.Name}' ({node.Type}) is to run on '{node.Device}'; this engine is /job:localhost/replica:0/task:0. Clear the devices when the graph is imported, or choose another engine.",
                        node.Name);
                }
            }
        }
    }

    private static bool IsHere(DeviceName device) => device.Job is null or "localhost" && (device.Replica ?? 0).IsZero && (device.Task ?? 0).IsZero;
}
