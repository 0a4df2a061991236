namespace ModelSessions.Graphs.Gradients;

/// <summary>One side of a condition: what depends on an output of its Switch nodes.</summary>
internal sealed class BranchContext(FlowMap map, FlowContext? outer, GraphTensor predicate, int branch) : FlowContext(map, outer)
{
    private GraphOperation? _pivot;

    /// <summary>What decides.</summary>
    public GraphTensor Predicate { get; private set; } = predicate;

    /// <summary>1 where it runs if the predicate is true, else 0.</summary>
    public int Branch { get; } = branch;

    /// <inheritdoc/>
    public override LoopContext? Loop => Outer?.Loop;

    /// <inheritdoc/>
    public override GraphOperation Pivot => _pivot ??= AddPivot();

    /// <summary>Goes by another name of what decides.</summary>
    public void Rename(GraphTensor same) => Predicate = same;

    /// <summary>Takes a node of the graph as the one that runs exactly when the branch does, if there is none yet.</summary>
    public void OfferPivot(GraphOperation identity) => _pivot ??= identity;

    // Enclosing contexts know what is in a branch, unlike what is in a loop.
    /// <inheritdoc/>
    public override void Own(GraphOperation operation)
    {
        base.Own(operation);
        foreach (GraphTensor output in operation.Outputs)
        {
            MeetAround(output);
        }
    }

    /// <summary>A result of the branch as the Merge behind it takes it.</summary>
    public GraphTensor Result(GraphTensor value)
    {
        if (Contains(Map.Of(value)) || Brought.ContainsKey(value))
        {
            return Bring(value);
        }

        GraphTensor side = Bring(value);
        foreach (GraphTensor output in side.Operation.Outputs)
        {
            Meet(output);
            MeetAround(output);
        }

        // It waits for what the predicate waits for, and so does what takes it.
        Map.Builder.Record(side.Operation);
        return side;
    }

    /// <inheritdoc/>
    protected override GraphTensor BringIn(GraphTensor value)
    {
        if (value == Predicate)
        {
            return value;
        }

        GraphTensor around = value;
        if (Outer is not null)
        {
            around = Outer.Bring(value);
            Meet(around);
            Record(around, around);
        }

        GraphBuilder g = Map.Builder;
        using GraphScope outside = g.Flow(null);
        using GraphScope place = g.ColocateOnlyWith(around.Operation);
        GraphOperation gate = g.AddOperation(around.IsRef ? "RefSwitch" : "Switch", "Switch", null, around, Predicate);
        GraphTensor side = gate.Outputs[Branch];
        Map.Set(gate, Outer);
        Map.Set(side, this);
        Meet(side);
        MeetAround(side);
        return side;
    }

    /// <inheritdoc/>
    protected override bool NeedsPivot(string type, GraphTensor[] inputs, List<GraphOperation> controls) =>
        inputs.Length == 0 && !controls.Exists(control => Contains(Map.OfControl(control)));

    private void MeetAround(GraphTensor value)
    {
        for (FlowContext? context = Outer; context is not null; context = context.Outer)
        {
            context.Meet(value);
        }
    }

    private GraphOperation AddPivot()
    {
        GraphTensor side = BringIn(Predicate);
        GraphBuilder g = Map.Builder;
        using GraphScope inside = g.Flow(this);
        return g.Identity(side, "pivot").Operation;
    }
}
