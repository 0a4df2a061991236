namespace ModelSessions;

/// <summary>Looks at what nodes give while they run, and may end the run there: nothing that comes after is done, and random generators are put
/// back to where they were when it began.</summary>
public abstract class RunGuard
{
    /// <summary>Whether it looks at what a node gives. Asked at each run, before <see cref="Ends"/>.</summary>
    public abstract bool Wants(GraphOperation node);

    /// <summary>Looks at an output of such a node.</summary>
    /// <param name="output">The output.</param>
    /// <param name="value">Its value, lent for the time of the call.</param>
    /// <returns>Whether the run is to end here.</returns>
    public abstract bool Ends(GraphTensor output, Tensor value);
}
