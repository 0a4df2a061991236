using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels;

namespace ModelSessions.Cpu.Planning;

/// <summary>Turns a signature into a plan: names → nodes, prune, check kernels, fold constants, fuse, lay out
/// slots, find lifetimes.</summary>
internal sealed class PlanBuilder(CpuSession session, RunSignature signature)
{
    private readonly Graph _graph = session.Graph;
    private readonly Dictionary<GraphTensor, int> _slots = [];
    private readonly List<DType> _slotTypes = [];
    private readonly List<(int Slot, Tensor Value)> _constants = [];

    public CpuPlan Build()
    {
        if (signature.Fetches.Count + signature.Targets.Count == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, "A run needs something to fetch or a target to run.");
        }

        GraphTensor[] feeds = [.. signature.Feeds.Select(_graph.Tensor)];
        GraphTensor[] fetches = [.. signature.Fetches.Select(_graph.Tensor)];
        GraphOperation[] targets = [.. signature.Targets.Select(_graph.Operation)];
        HashSet<GraphTensor> fed = CheckFeeds(feeds, fetches);
        List<GraphOperation> nodes = Closure.Of([.. fetches.Select(fetch => fetch.Operation), .. targets], fed);
        CheckKernels(nodes);
        nodes = DeadNodes.Remove(nodes, new HashSet<GraphOperation>([.. fetches.Select(fetch => fetch.Operation), .. targets]));
        Dictionary<GraphTensor, Tensor> folded = ConstantFolder.Fold(session, nodes, fed);
        foreach (GraphTensor feed in feeds)
        {
            AddSlot(feed);
        }

        List<Step> steps = MakeSteps([.. nodes.Where(node => !IsFolded(node, folded))], [.. fed, .. fetches], folded);
        int[] fetchSlots = [.. fetches.Select(fetch => SlotOf(fetch, folded))];
        Liveness.Mark(steps, _slotTypes.Count, KeptSlots(fetchSlots));
        return new CpuPlan(session, signature, [.. steps], [.. _slotTypes], [.. _constants], feeds, [.. feeds.Select(feed => _slots[feed])], fetchSlots);
    }

    private static HashSet<GraphTensor> CheckFeeds(GraphTensor[] feeds, GraphTensor[] fetches)
    {
        HashSet<GraphTensor> fed = [];
        foreach (GraphTensor feed in feeds)
        {
            if (!fed.Add(feed))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"'{feed.Name}' is fed twice.", feed.Operation.Name);
            }
        }

        foreach (GraphTensor fetch in fetches)
        {
            if (fed.Contains(fetch))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"'{fetch.Name}' is both fed and fetched.", fetch.Operation.Name);
            }
        }

        return fed;
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

    private static bool IsFolded(GraphOperation node, Dictionary<GraphTensor, Tensor> folded) =>
        node.Outputs.Count > 0 && folded.ContainsKey(node.Outputs[0]);

    private List<Step> MakeSteps(List<GraphOperation> nodes, HashSet<GraphTensor> visible, Dictionary<GraphTensor, Tensor> folded)
    {
        Dictionary<GraphOperation, Fusion> fusions = Fuser.Find(nodes, visible);
        HashSet<GraphOperation> inside = [.. fusions.Values.SelectMany(fusion => fusion.Inner.Select(tensor => tensor.Operation))];
        List<Step> steps = [];
        foreach (GraphOperation node in nodes)
        {
            if (fusions.TryGetValue(node, out Fusion? fusion))
            {
                steps.Add(MakeStep(node, [.. fusion.Head.Inputs, fusion.Bias], fusion.CreateKernel(), folded));
                foreach (GraphTensor tensor in fusion.Inner)
                {
                    _slots.Add(tensor, _slots[node.Outputs[0]]);
                }
            }
            else if (!inside.Contains(node))
            {
                steps.Add(MakeStep(node, node.Inputs, session.KernelOf(node), folded));
            }
        }

        return steps;
    }

    private Step MakeStep(GraphOperation node, IReadOnlyList<GraphTensor> inputTensors, Kernel kernel, Dictionary<GraphTensor, Tensor> folded)
    {
        int[] inputs = [.. inputTensors.Select(input => SlotOf(input, folded))];
        int first = _slotTypes.Count;
        foreach (GraphTensor output in node.Outputs)
        {
            // A fed output keeps the feed's slot; what the node makes goes to one that nobody reads.
            if (!_slots.TryAdd(output, _slotTypes.Count))
            {
                _slotTypes.Add(output.DType);
                continue;
            }

            _slotTypes.Add(output.DType);
        }

        return new Step(node, kernel, inputs, first, node.Outputs.Count);
    }

    private int SlotOf(GraphTensor tensor, Dictionary<GraphTensor, Tensor> folded)
    {
        if (_slots.TryGetValue(tensor, out int slot))
        {
            return slot;
        }

        slot = AddSlot(tensor);
        _constants.Add((slot, folded[tensor]));
        return slot;
    }

    private int AddSlot(GraphTensor tensor)
    {
        _slots.Add(tensor, _slotTypes.Count);
        _slotTypes.Add(tensor.DType);
        return _slotTypes.Count - 1;
    }

    private HashSet<int> KeptSlots(int[] fetchSlots) => [.. fetchSlots, .. _constants.Select(constant => constant.Slot)];
}
