using ModelSessions.Graphs.Ops;

namespace ModelSessions.Graphs.Gradients;

/// <summary>The branches and loops that a differentiation goes through.</summary>
internal sealed class FlowGradients
{
    private readonly GraphBuilder _g;
    private readonly Dictionary<LoopContext, LoopGradient> _loops = [];

    private FlowGradients(Graph graph) => (_g, Map) = (graph.Builder, FlowAnalysis.Run(graph));

    /// <summary>Where operations stand.</summary>
    public FlowMap Map { get; }

    /// <summary>The control flow among operations; null if there is none.</summary>
    public static FlowGradients? Find(Graph graph, IEnumerable<GraphOperation> operations) =>
        operations.Any(operation => FlowMap.IsSwitch(operation) || FlowMap.IsMerge(operation) || FlowMap.IsExit(operation)) ? new FlowGradients(graph) : null;

    /// <summary>Makes the pair of loops for the loop that an Exit leaves.</summary>
    /// <returns>All exits of the loop, which must be gone through together; none if they were given already.</returns>
    /// <exception cref="UnsupportedFeatureException">The loop is the gradient of a loop.</exception>
    public IReadOnlyList<GraphTensor> AddLoop(GraphOperation exit)
    {
        LoopContext forward = Map.Of(exit)?.Loop ?? throw Malformed(exit);
        if (_loops.ContainsKey(forward))
        {
            return [];
        }

        if (forward.IsBackward)
        {
            throw new UnsupportedFeatureException(
                $"'{exit.Name}' leaves a loop that computes gradients of a loop, with stacks. Such a loop has no gradients, in TensorFlow neither. Loops that are While nodes have.",
                "second gradients of loops of Enter and Exit nodes");
        }

        if (forward.Condition is null)
        {
            throw Malformed(exit);
        }

        forward.AddExits();
        _loops.Add(forward, new LoopGradient(Map, forward, forward.Outer?.Loop is { } around ? _loops.GetValueOrDefault(around) : null));
        return forward.Exits;
    }

    /// <summary>The pair of loops that an operation belongs to; null if it is in no loop.</summary>
    public LoopGradient? LoopOf(GraphOperation operation) => Map.Of(operation)?.Loop is { } loop ? _loops.GetValueOrDefault(loop) : null;

    /// <summary>The nodes at which the variables of a loop enter: TensorFlow goes on to them also where nothing behind them is wanted.</summary>
    public IEnumerable<GraphOperation> EntersOf(GraphOperation exit) => Map.Of(exit)?.Loop?.Enters ?? [];

    /// <summary>Puts what is built in the loop in which the gradients of an operation's outputs come, or those of its inputs.</summary>
    public GraphScope? Enter(GraphOperation operation, bool outputs)
    {
        FlowContext? context = outputs && FlowMap.IsExit(operation) ? Map.Of(operation.Outputs[0]) : Map.Of(operation);
        return context?.Loop is { } loop && _loops.TryGetValue(loop, out LoopGradient? pair) ? _g.Flow(pair.Backward) : null;
    }

    /// <summary>Exits that nothing uses, of loops none of whose exits has yet to be reached.</summary>
    /// <param name="isReached">Whether gradients will come to an operation from others.</param>
    /// <param name="isStart">Whether the differentiation starts at it.</param>
    public List<GraphTensor> UnusedExits(Func<GraphOperation, bool> isReached, Func<GraphOperation, bool> isStart)
    {
        List<GraphTensor> exits = [];
        foreach (LoopGradient pair in _loops.Values)
        {
            GraphTensor[] settled = [.. pair.Forward.Exits.Where(exit => !isReached(exit.Operation))];
            pair.UnusedExits.AddRange(settled.Where(exit => !isStart(exit.Operation)));
            pair.PendingExits -= settled.Length;
            if (pair.PendingExits == 0)
            {
                exits.AddRange(pair.UnusedExits);
            }
        }

        return exits;
    }

    /// <summary>Zeros for an exit that no gradient comes to, where the loop's others have some.</summary>
    public GraphTensor ZerosForExit(GraphTensor exit)
    {
        using GraphScope? inside = Enter(exit.Operation, outputs: true);
        return Zeros(exit);
    }

    /// <summary>Zeros for an output that no gradient comes to, there only where the output is; null for a variable of a loop, whose two
    /// ways are gone one after the other.</summary>
    public GraphTensor? ZerosFor(GraphTensor output) => FlowMap.IsLoopSwitch(output.Operation) ? null : Zeros(output);

    /// <summary>Closes all loops.</summary>
    public void Finish()
    {
        // Loops were added from the outside in.
        foreach (LoopGradient pair in _loops.Values.Reverse())
        {
            pair.Finish();
        }
    }

    private GraphTensor Zeros(GraphTensor tensor)
    {
        FlowContext? context = Map.Of(tensor);
        bool kept = context?.Loop is { } loop && _loops.ContainsKey(loop);
        if (tensor.DType == DType.Variant || (!kept && tensor.DType != DType.Resource))
        {
            return _g.Add("ZerosLike", "zeros_like", null, tensor);
        }

        // In a loop the shape is kept, not the value.
        return context is LoopContext && tensor.Shape.IsFullyDefined && tensor.DType != DType.Resource
            ? _g.Constant(0, tensor.DType, tensor.Shape)
            : _g.Zeros(ShapeOf(tensor), ResourceVariableOps.ValueType(tensor));
    }

    /// <summary>The shape of a value, or of the variable behind a handle, found when the graph runs.</summary>
    public GraphTensor ShapeOf(GraphTensor tensor) => _g.Add(tensor.DType == DType.Resource ? "VariableShape" : "Shape", tensor);

    private static GraphException Malformed(GraphOperation exit) => new(
        StatusCode.InvalidArgument, $"'{exit.Name}' leaves no loop: there is no Enter before it, or no LoopCond.", exit.Name);
}
