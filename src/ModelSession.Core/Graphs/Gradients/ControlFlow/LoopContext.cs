namespace ModelSessions.Graphs.Gradients;

/// <summary>A loop: what runs in one frame.</summary>
internal class LoopContext(FlowMap map, FlowContext? outer, string frame, long parallelIterations) : FlowContext(map, outer)
{
    private GraphOperation? _pivot;

    /// <summary>The name of the frame.</summary>
    public string Frame { get; } = frame;

    /// <summary>How many iterations may run at once.</summary>
    public long ParallelIterations { get; } = parallelIterations;

    /// <summary>Whether it goes on: the LoopCond node's output.</summary>
    public GraphTensor? Condition { get; set; }

    /// <summary>After how many iterations it ends whatever its condition says; null if never.</summary>
    public GraphTensor? MaximumIterations { get; init; }

    /// <summary>The Switch nodes of its variables.</summary>
    public List<GraphOperation> Variables { get; } = [];

    /// <summary>The Enter nodes of its variables.</summary>
    public IEnumerable<GraphOperation> Enters => Variables.Select(variable => variable.Inputs[0].Operation.Inputs[0].Operation).Where(FlowMap.IsEnter);

    /// <summary>The outputs of its Exit nodes.</summary>
    public List<GraphTensor> Exits { get; } = [];

    /// <summary>Whether gradients flow through it; the author of the graph may have said that none do.</summary>
    public bool HasGradients { get; set; } = true;

    /// <summary>Whether what is kept for gradients may leave the device's memory.</summary>
    public bool SwapsMemory { get; set; }

    /// <summary>Whether it takes what another loop kept: it is the gradient of a loop.</summary>
    public bool IsBackward { get; set; }

    /// <inheritdoc/>
    public override LoopContext Loop => this;

    /// <inheritdoc/>
    public override GraphOperation? Pivot => _pivot ?? Condition?.Operation;

    /// <summary>Takes a node that runs once for each iteration, if there is none yet.</summary>
    public void OfferPivot(GraphOperation operation) => _pivot ??= operation;

    /// <summary>Takes a node that runs once for each iteration in the place of any other.</summary>
    public void TakePivot(GraphOperation operation) => _pivot = operation;

    /// <summary>Adds a way in for a value that is there already in the frame around the loop.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isConstant">Whether it stays the same in all iterations.</param>
    /// <param name="name">The node's name; the kind's if null.</param>
    public GraphTensor Enter(GraphTensor value, bool isConstant, string? name = null)
    {
        GraphTensor inside = AddEnter(value, isConstant, name);
        Map.Builder.Record(inside.Operation);
        if (isConstant)
        {
            inside.MergeShape(value.Shape);
        }

        Map.Set(inside.Operation, this);
        Meet(inside);
        return inside;
    }

    /// <summary>Adds a way out for a value that the loop leaves behind.</summary>
    public GraphTensor Exit(GraphTensor value, string? name = null)
    {
        GraphTensor outside = Map.Builder.Add("Exit", name, null, value);
        Map.Set(outside, Outer);
        return outside;
    }

    /// <summary>Adds the exits of variables that nobody asked for, and that a pruned graph has lost: gradients come in there.</summary>
    public void AddExits()
    {
        HashSet<GraphOperation> left = [.. Exits.Select(exit => exit.Operation.Inputs[0].Operation)];
        using GraphScope inside = Map.Builder.Flow(this);
        Exits.AddRange(Variables.Where(variable => !left.Contains(variable)).Select(variable => Exit(variable.Outputs[0])));
    }

    /// <inheritdoc/>
    protected override GraphTensor BringIn(GraphTensor value) => Enter(Outer?.Bring(value) ?? value, isConstant: true);

    // What the loop as a whole is to wait for, it waits for where values enter.
    private List<GraphOperation> ControlsForEnter(GraphTensor value, bool isConstant)
    {
        List<GraphOperation> controls = Map.Builder.ControlsFor([value]);
        controls.RemoveAll(control => Map.OfControl(control) is var context && (context?.Loop != Outer?.Loop || (context is not null && !context.Contains(Outer))));
        if (!isConstant && FlowMap.IsConstantEnter(value.Operation) && Outer is not null)
        {
            GraphOperation? pivot = null;
            for (FlowContext? context = Outer; context is not null && pivot is null; context = context.Outer)
            {
                pivot = context.Pivot;
            }

            if (pivot is not null && !controls.Contains(pivot))
            {
                controls.Add(pivot);
            }
        }

        return controls;
    }

    private GraphTensor AddEnter(GraphTensor value, bool isConstant, string? name)
    {
        GraphBuilder g = Map.Builder;
        List<GraphOperation> controls = Map.IsAuthored ? ControlsForEnter(value, isConstant) : [];
        using GraphScope outside = g.Flow(null);
        using GraphScope after = g.ControlDependencies(controls);
        return g.Add(
            value.IsRef ? "RefEnter" : "Enter",
            name,
            new() { ["frame_name"] = Frame, ["is_constant"] = isConstant, ["parallel_iterations"] = ParallelIterations },
            value);
    }

    // What is to be waited for outside is waited for by a value that enters.
    /// <inheritdoc/>
    public override void Order(string type, GraphTensor[] inputs, List<GraphOperation> controls)
    {
        GraphOperation[] outside = Map.IsAuthored ? [.. controls.Where(control => Map.OfControl(control)?.Loop != Loop && control.Outputs.Count > 0)] : [];
        base.Order(type, inputs, controls);
        GraphBuilder g = Map.Builder;
        using GraphScope inside = g.Flow(this);
        controls.AddRange(outside.Select(control => g.Identity(control.Outputs[0]).Operation));
    }

    // Values that enter a loop for good are there in every iteration, also in the one that ends it.
    /// <inheritdoc/>
    protected override bool NeedsPivot(string type, GraphTensor[] inputs, List<GraphOperation> controls) =>
        (controls.Count == 0 && Array.TrueForAll(inputs, input => FlowMap.IsConstantEnter(input.Operation)))
        // Constants in the body of a function that is put in its caller's place must know their frame.
        || type is "PartitionedCall" or "StatefulPartitionedCall";
}
