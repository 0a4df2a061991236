using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels;

namespace ModelSessions.Cpu.Planning;

/// <summary>Makes a routine of what some tensors and operations need: prune, check kernels, fold constants, put loops in order,
/// fuse, lay out slots, find lifetimes.</summary>
/// <param name="session">Whose kernels are called.</param>
/// <param name="feeds">Tensors that are given.</param>
/// <param name="fetches">Tensors that are wanted.</param>
/// <param name="targets">Operations that are to run.</param>
/// <param name="writesLast">Whether variables are written last of all.</param>
internal sealed class RoutineBuilder(CpuSession session, GraphTensor[] feeds, GraphTensor[] fetches, IReadOnlyCollection<GraphOperation> targets, bool writesLast = false)
{
    private readonly HashSet<GraphTensor> _fed = [.. feeds];
    private readonly Dictionary<GraphTensor, int> _slots = [];
    private readonly Dictionary<GraphTensor, int> _written = [];
    private readonly Dictionary<GraphOperation, int> _gates = [];
    private readonly List<DType> _slotTypes = [];
    private readonly List<(int Slot, Tensor Value)> _constants = [];
    private Dictionary<GraphTensor, Tensor> _folded = [];
    private Dictionary<GraphOperation, Fusion> _fusions = [];
    private HashSet<GraphOperation> _inside = [];

    public Routine Build()
    {
        HashSet<GraphOperation> roots = [.. fetches.Where(fetch => !_fed.Contains(fetch)).Select(fetch => fetch.Operation), .. targets];
        List<GraphOperation> nodes = Closure.Of(roots, _fed);
        CheckKernels(nodes);
        HashSet<GraphOperation> mortal = Flow.Mortal(nodes, _fed);
        nodes = Waiting.Last(DeadNodes.Remove(nodes, roots, mortal));
        nodes = writesLast ? Writing.Last(nodes) : nodes;
        int nodeCount = nodes.Count;
        _folded = ConstantFolder.Fold(session, nodes, _fed);
        nodes.RemoveAll(node => node.Outputs.Count > 0 && _folded.ContainsKey(node.Outputs[0]));
        Block block = nodes.Exists(Flow.Enters) ? BlockBuilder.Build(nodes, _fed) : new Block(nodes, []);
        CheckFetches(block);
        foreach (GraphTensor feed in feeds)
        {
            AddSlot(feed);
        }

        AddGates(nodes, mortal);
        FindFusions([.. block.Nodes]);
        Step[] steps = MakeSteps(block);
        int[] fetchSlots = [.. fetches.Select(SlotOf)];
        Liveness.Mark(steps, 0, _slotTypes.Count, [.. fetchSlots, .. KeptSlots()]);
        return new Routine(session, steps, [.. _slotTypes], [.. _constants], [.. feeds.Select(feed => _slots[feed])], fetchSlots, nodes.Exists(Flow.Steers))
        {
            NodeCount = nodeCount,
            Fusions = _fusions,
            FirstWrite = writesLast ? Writing.First(steps) : int.MaxValue,
        };
    }

    private static void CheckKernels(List<GraphOperation> nodes)
    {
        IReadOnlyList<string> missing = CpuEngine.Lacking(nodes);
        if (missing.Count > 0)
        {
            throw new UnsupportedFeatureException(
                $"The embedded engine has no kernels for: {string.Join(", ", missing)}. Native TensorFlow may run this graph.",
                missing);
        }
    }

    private void CheckFetches(Block block)
    {
        HashSet<GraphOperation> looping = [.. block.Units.OfType<Block>().SelectMany(loop => loop.Nodes.Concat(loop.Entries)).Where(node => !Flow.Exits(node))];
        if (Array.Find(fetches, fetch => !_fed.Contains(fetch) && looping.Contains(fetch.Operation)) is { } inside)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{inside.Name}' is inside of a loop and has a value for each iteration: it cannot be fetched.", inside.Operation.Name);
        }
    }

    // Where nodes may not run, those that wait for them must know.
    private void AddGates(List<GraphOperation> nodes, HashSet<GraphOperation> mortal)
    {
        HashSet<GraphOperation> present = [.. nodes];
        foreach (GraphOperation awaited in nodes.SelectMany(node => node.ControlInputs).Distinct().Where(node => mortal.Contains(node) && present.Contains(node)))
        {
            _gates.Add(awaited, _slotTypes.Count);
            _slotTypes.Add(DType.Bool);
        }
    }

    private void FindFusions(List<GraphOperation> nodes)
    {
        _fusions = Fuser.Find(nodes, new HashSet<GraphTensor>([.. _fed, .. fetches]));
        _inside = [.. _fusions.Values.SelectMany(fusion => fusion.Inner.Select(tensor => tensor.Operation))];
    }

    private Step[] MakeSteps(Block block)
    {
        List<Step> steps = [];
        foreach (object unit in block.Units)
        {
            if (unit is Block loop)
            {
                steps.Add(MakeLoop(loop));
            }
            else if (_fusions.TryGetValue((GraphOperation)unit, out Fusion? fusion))
            {
                GraphOperation last = (GraphOperation)unit;
                steps.Add(MakeStep(last, [.. fusion.Head.Inputs, fusion.Bias], [.. fusion.Head.ControlInputs, .. last.ControlInputs], fusion.CreateKernel()));
                foreach (GraphTensor tensor in fusion.Inner)
                {
                    _slots.Add(tensor, _slots[last.Outputs[0]]);
                }
            }
            else if (unit is GraphOperation node && !_inside.Contains(node))
            {
                steps.Add(MakeStep(node, node.Inputs, node.ControlInputs, session.KernelOf(node)));
            }
        }

        return [.. steps];
    }

    private Step MakeStep(GraphOperation node, IReadOnlyList<GraphTensor> inputTensors, IReadOnlyList<GraphOperation> after, Kernel kernel)
    {
        int[] inputs = [.. inputTensors.Select(SlotOf)];
        int first = Flow.Exits(node) ? _slots[node.Outputs[0]] : AddOutputs(node);
        return new Step(node, kernel, inputs, first, node.Outputs.Count)
        {
            Kind = Flow.Merges(node) ? StepKind.Merge : Flow.Exits(node) ? StepKind.Exit : StepKind.Plain,
            // A node that merges, or that nothing can kill, waits by its place in the order alone.
            Gates = Flow.Merges(node) || node.Type == "ControlTrigger" ? [] : [.. after.Where(_gates.ContainsKey).Select(control => _gates[control])],
            Gate = _gates.GetValueOrDefault(node, -1),
        };
    }

    // The slots of the loop's results are those of its exits; inside, the two ends of each way round have slots of their own.
    private Step MakeLoop(Block loop)
    {
        List<GraphOperation> own = [.. loop.Units.OfType<GraphOperation>()];
        GraphTensor[] exits = [.. own.Where(Flow.Exits).Select(exit => exit.Outputs[0])];
        int first = _slotTypes.Count;
        int[] results = [.. exits.Select(AddSlot), .. own.Where(node => Flow.Exits(node) && _gates.ContainsKey(node)).Select(node => _gates[node])];
        int[] outer = [.. loop.Entries.Select(entry => SlotOf(entry.Inputs[0]))];
        int start = _slotTypes.Count;
        Step[] entries = [.. loop.Entries.Select(entry => MakeStep(entry, entry.Inputs, entry.ControlInputs, session.KernelOf(entry)))];
        List<GraphTensor> round = [.. own.SelectMany(node => node.Inputs.Where(input => Flow.IsBackEdge(node, input))).Distinct()];
        round.ForEach(back => AddSlot(back));
        Step[] body = MakeSteps(loop);
        LoopTurn[] turns = [.. round.Select(back => new LoopTurn(_written[back], _slots[back]))];
        int[] lasting = [.. loop.Entries.Where(entry => entry.Bool("is_constant")).Select(entry => _slots[entry.Outputs[0]])];
        Liveness.Mark(body, start, _slotTypes.Count, [.. turns.Select(turn => turn.Written), .. lasting, .. KeptSlots()]);
        return new Step(loop.Entries[0], new Loop(entries, body, turns, results, lasting).Run, outer, first, exits.Length) { Kind = StepKind.Loop, Inner = [.. entries, .. body] };
    }

    private int AddOutputs(GraphOperation node)
    {
        int first = _slotTypes.Count;
        foreach (GraphTensor output in node.Outputs)
        {
            // A fed output keeps the feed's slot, and what comes round in a loop the slot that is read; what the node makes
            // goes to one of its own.
            if (!_slots.TryAdd(output, _slotTypes.Count))
            {
                _written.TryAdd(output, _slotTypes.Count);
            }

            _slotTypes.Add(output.DType);
        }

        return first;
    }

    private int SlotOf(GraphTensor tensor)
    {
        if (_slots.TryGetValue(tensor, out int slot))
        {
            return slot;
        }

        slot = AddSlot(tensor);
        _constants.Add((slot, _folded[tensor]));
        return slot;
    }

    private int AddSlot(GraphTensor tensor)
    {
        _slots.Add(tensor, _slotTypes.Count);
        _slotTypes.Add(tensor.DType);
        return _slotTypes.Count - 1;
    }

    private IEnumerable<int> KeptSlots() => _constants.Select(constant => constant.Slot);
}
