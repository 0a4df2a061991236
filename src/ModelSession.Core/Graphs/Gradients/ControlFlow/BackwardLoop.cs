namespace ModelSessions.Graphs.Gradients;

/// <summary>The loop that goes the way of another one back. What it takes from that one's iterations, it takes from stacks.</summary>
internal sealed class BackwardLoop(FlowMap map, FlowContext? outer, string frame, LoopGradient gradient)
    : LoopContext(map, outer, frame, gradient.Forward.ParallelIterations)
{
    /// <summary>The pair of loops.</summary>
    public LoopGradient Gradient { get; } = gradient;

    // To keep a shape costs less than to keep the value that has it.
    /// <inheritdoc/>
    public override FlowContext? HostOf(string type, GraphTensor[] inputs) =>
        type is "Shape" or "Size" or "Rank" && Map.Of(inputs[0]) is { } context && context.Loop == Gradient.Forward ? context : this;

    /// <inheritdoc/>
    protected override GraphTensor BringIn(GraphTensor value) =>
        Map.Of(value)?.Loop == Gradient.Forward ? Gradient.Recall(value) : base.BringIn(value);
}
