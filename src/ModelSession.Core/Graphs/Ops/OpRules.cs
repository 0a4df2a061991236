namespace ModelSessions.Graphs.Ops;

/// <summary>What the code adds to the op catalog: shape rules and gradients, by op kind.</summary>
internal static class OpRules
{
    /// <summary>Sets the shapes of an operation's outputs, as far as they follow from its inputs and attributes.</summary>
    /// <exception cref="GraphException">The shapes of the inputs contradict.</exception>
    public static void InferShapes(GraphOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
    }
}
