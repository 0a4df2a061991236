namespace ModelSessions.Cpu.Planning;

/// <summary>A frame of TensorFlow's loops: the nodes that run once in each iteration, those that enter and leave it included.</summary>
internal sealed class Frame(Frame? outer, string name)
{
    private readonly Dictionary<string, Frame> _inner = new(StringComparer.Ordinal);

    /// <summary>The frame around it; null for a graph's own.</summary>
    public Frame? Outer { get; } = outer;

    public string Name { get; } = name;

    public List<GraphOperation> Nodes { get; } = [];

    public IReadOnlyCollection<Frame> Inner => _inner.Values;

    /// <summary>The frame of that name inside of this one.</summary>
    public Frame Enter(string name)
    {
        if (!_inner.TryGetValue(name, out Frame? frame))
        {
            _inner.Add(name, frame = new Frame(this, name));
        }

        return frame;
    }
}

/// <summary>Finds the frame of each node.</summary>
internal sealed class Frames
{
    private readonly Dictionary<GraphOperation, Frame> _frames = [];
    private readonly IReadOnlySet<GraphTensor> _fed;

    /// <param name="nodes">Each after its inputs, but for the back edges of loops.</param>
    /// <param name="fed">Tensors that are given: they are there all the time, in every frame.</param>
    /// <exception cref="GraphException">The inputs of a node are in different frames.</exception>
    public Frames(List<GraphOperation> nodes, IReadOnlySet<GraphTensor> fed)
    {
        _fed = fed;
        foreach (GraphOperation node in nodes)
        {
            Frame frame = FrameOfInputs(node);
            frame = Flow.Enters(node) ? frame.Enter(node.String("frame_name")) : frame;
            frame.Nodes.Add(node);
            _frames.Add(node, frame);
        }
    }

    /// <summary>The graph's own.</summary>
    public Frame Root { get; } = new(null, "");

    /// <summary>The frame that a node's outputs are in; null for one that is no part of the plan.</summary>
    public Frame? After(GraphOperation node) =>
        !_frames.TryGetValue(node, out Frame? frame) ? null : Flow.Exits(node) ? frame.Outer ?? throw NoFrame(node) : frame;

    /// <summary>What a node waits for within an iteration.</summary>
    public IEnumerable<GraphOperation> Before(GraphOperation node) =>
        node.Inputs.Where(input => !_fed.Contains(input) && !Flow.IsBackEdge(node, input)).Select(input => input.Operation).Concat(node.ControlInputs);

    private Frame FrameOfInputs(GraphOperation node)
    {
        Frame? frame = null;
        GraphOperation? first = null;
        foreach (GraphOperation before in Before(node))
        {
            // Constants have no frame: they are there all the time.
            Frame? found = After(before);
            if (found is not null && frame is not null && found != frame)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"Node '{node.Name}' ({node.Type}) has inputs from different frames: '{first!.Name}' is in '{frame.Name}', '{before.Name}' in '{found.Name}'.",
                    node.Name);
            }

            (frame, first) = (found ?? frame, found is null ? first : before);
        }

        return frame ?? Root;
    }

    private static GraphException NoFrame(GraphOperation node) =>
        new(StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Type}) leaves a frame, but is in none.", node.Name);
}
