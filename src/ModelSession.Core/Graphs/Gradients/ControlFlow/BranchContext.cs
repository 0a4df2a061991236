namespace ModelSessions.Graphs.Gradients;

/// <summary>One side of a condition: what depends on an output of its Switch nodes.</summary>
internal sealed class BranchContext(FlowMap map, FlowContext? outer, GraphTensor predicate, int branch) : FlowContext(map, outer)
{
    private GraphOperation? _pivot;

    /// <summary>What decides.</summary>
    public GraphTensor Predicate { get; } = predicate;

    /// <summary>1 where it runs if the predicate is true, else 0.</summary>
    public int Branch { get; } = branch;

    /// <inheritdoc/>
    public override LoopContext? Loop => Outer?.Loop;

    /// <inheritdoc/>
    protected override GraphOperation Pivot => _pivot ??= AddPivot();

    /// <summary>Takes a node of the graph as the one that runs exactly when the branch does, if there is none yet.</summary>
    public void OfferPivot(GraphOperation identity) => _pivot ??= identity;

    /// <inheritdoc/>
    protected override GraphTensor BringIn(GraphTensor value)
    {
        GraphBuilder g = Map.Builder;
        using GraphScope outside = g.Flow(Outer);
        GraphTensor side = g.AddOperation("Switch", null, null, value, Predicate).Outputs[Branch];
        Map.Set(side, this);
        return side;
    }

    /// <inheritdoc/>
    protected override bool NeedsPivot(string type, GraphTensor[] inputs, List<GraphOperation> controls) =>
        inputs.Length == 0 && !controls.Exists(control => Contains(Map.OfControl(control)));

    private GraphOperation AddPivot()
    {
        GraphTensor side = BringIn(Predicate);
        GraphBuilder g = Map.Builder;
        using GraphScope inside = g.Flow(this);
        return g.Identity(side, "pivot").Operation;
    }
}
