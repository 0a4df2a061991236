namespace ModelSessions.Graphs.Ops;

/// <summary>Sets the shapes of an operation's outputs; those that it leaves alone stay unknown.</summary>
/// <exception cref="GraphException">The shapes of the inputs contradict.</exception>
internal delegate void ShapeRule(ShapeContext context);

/// <summary>The gradients of an operation's inputs from those of its outputs, as nodes; null where none flows.</summary>
/// <param name="g">Adds the nodes; stands in the scope <c>…/name_grad</c>.</param>
/// <param name="op">The operation.</param>
/// <param name="dy">A gradient for each output; zeros where none came, null where none can.</param>
internal delegate GraphTensor?[] GradientRule(GraphBuilder g, GraphOperation op, GraphTensor[] dy);

/// <summary>A gradient rule for which a gradient may be slices of a tensor.</summary>
/// <inheritdoc cref="GradientRule"/>
internal delegate Gradient?[] SlicesGradientRule(GraphBuilder g, GraphOperation op, Gradient?[] dy);

/// <summary>What code knows of an op kind beyond the catalog.</summary>
internal sealed record OpRule(string Type)
{
    /// <summary>The shapes of the outputs; null if nothing is known.</summary>
    public ShapeRule? Shape { get; init; }

    /// <summary>What is known of an integer output's value (<see cref="ShapeContext.SetValue"/>), for shapes computed in the graph.</summary>
    public ShapeRule? Value { get; init; }

    /// <summary>The gradients; null if there are none.</summary>
    public SlicesGradientRule? Gradient { get; init; }

    /// <summary>Whether the gradient takes null where none came to an output; else it takes zeros.</summary>
    public bool TakesGaps { get; init; }

    /// <summary>Whether gradients end here silently; else an op without a gradient is an error.</summary>
    public bool StopsGradients { get; init; }
}
