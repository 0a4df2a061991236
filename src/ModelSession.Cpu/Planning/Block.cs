namespace ModelSessions.Cpu.Planning;

/// <summary>What runs together, in order: nodes, and loops as wholes.</summary>
/// <param name="Units">Each a <see cref="GraphOperation"/> or a <see cref="Block"/>, after all that it depends on.</param>
/// <param name="Entries">The nodes that enter it.</param>
internal sealed record Block(IReadOnlyList<object> Units, IReadOnlyList<GraphOperation> Entries)
{
    /// <summary>The nodes in the order in which they run.</summary>
    public IEnumerable<GraphOperation> Nodes => Units.SelectMany(unit => unit is Block block ? block.Nodes : [(GraphOperation)unit]);
}

/// <summary>Puts nodes in order where there are loops: a loop is one unit of the frame around it.</summary>
internal sealed class BlockBuilder
{
    private readonly Frames _frames;
    private readonly bool _split;

    // The loop that a node is part of, seen from outside of it.
    private readonly Dictionary<GraphOperation, Block> _loops = [];

    private BlockBuilder(Frames frames, bool split) => (_frames, _split) = (frames, split);

    /// <summary>The order of a graph's nodes.</summary>
    /// <exception cref="UnsupportedFeatureException">A loop waits for its own result.</exception>
    public static Block Build(List<GraphOperation> nodes, IReadOnlySet<GraphTensor> fed)
    {
        Frames frames = new(nodes, fed);
        // Two loops under one name are one frame. If one waits for the other, they must be told apart.
        return new BlockBuilder(frames, split: false).TryBuild(frames.Root)
            ?? new BlockBuilder(frames, split: true).TryBuild(frames.Root)
            ?? throw new UnsupportedFeatureException("A loop waits for its own result.", "loops that wait for themselves");
    }

    private Block? TryBuild(Frame frame)
    {
        List<object> units = [];
        foreach (Frame inner in frame.Inner)
        {
            if (TryBuild(inner) is not { } block)
            {
                return null;
            }

            foreach (Block loop in _split ? Split(block, inner) : [block])
            {
                units.Add(loop);
                foreach (GraphOperation node in loop.Nodes.Concat(loop.Entries))
                {
                    _loops[node] = loop;
                }
            }
        }

        units.AddRange(frame.Nodes.Where(node => !Flow.Enters(node)));
        return Sort(units, frame) is { } sorted ? new Block(sorted, [.. frame.Nodes.Where(Flow.Enters)]) : null;
    }

    // In the order in which the nodes were added, as far as dependencies allow it; null if there is a cycle.
    private List<object>? Sort(List<object> units, Frame frame)
    {
        Dictionary<object, int> waiting = [];
        Dictionary<object, List<object>> users = [];
        PriorityQueue<object, int> ready = new();
        foreach (object unit in units)
        {
            HashSet<object> before = [.. Before(unit, frame)];
            waiting[unit] = before.Count;
            foreach (object other in before)
            {
                (users.TryGetValue(other, out List<object>? list) ? list : users[other] = []).Add(unit);
            }

            if (before.Count == 0)
            {
                ready.Enqueue(unit, Priority(unit));
            }
        }

        List<object> sorted = [];
        while (ready.TryDequeue(out object? next, out _))
        {
            sorted.Add(next);
            foreach (object user in users.GetValueOrDefault(next) ?? [])
            {
                if (--waiting[user] == 0)
                {
                    ready.Enqueue(user, Priority(user));
                }
            }
        }

        return sorted.Count == units.Count ? sorted : null;
    }

    private static int Priority(object unit) => unit is Block loop ? loop.Nodes.Concat(loop.Entries).Min(node => node.Id) : ((GraphOperation)unit).Id;

    // The units of a frame that one of them depends on.
    private IEnumerable<object> Before(object unit, Frame frame) =>
        Edges(unit, frame).Where(node => !Flow.Enters(node)).Select(UnitOf);

    // The nodes of a frame, or at its ends, that a unit depends on.
    private IEnumerable<GraphOperation> Edges(object unit, Frame frame)
    {
        IEnumerable<GraphOperation> nodes = unit is Block loop ? loop.Entries : [(GraphOperation)unit];
        return nodes.SelectMany(_frames.Before).Where(node => _frames.After(node) == frame);
    }

    private object UnitOf(GraphOperation node) => Flow.Exits(node) ? _loops[node] : node;

    // The parts of a loop's frame that have nothing to do with each other but the name.
    private List<Block> Split(Block whole, Frame frame)
    {
        Dictionary<object, object> parents = [];
        foreach (object unit in whole.Units)
        {
            // The way round joins, too.
            IEnumerable<GraphOperation> back = unit is GraphOperation node && Flow.Merges(node) ? node.Inputs.Select(input => input.Operation) : [];
            foreach (GraphOperation other in Edges(unit, frame).Concat(back))
            {
                parents[Root(unit)] = Root(UnitOf(other));
            }
        }

        return [.. whole.Units.GroupBy(Root).Select(part => new Block([.. part], [.. whole.Entries.Where(entry => Root(entry) == part.Key)]))];

        object Root(object unit)
        {
            while (parents.TryGetValue(unit, out object? parent) && parent != unit)
            {
                unit = parent;
            }

            return unit;
        }
    }
}
