namespace ModelSessions.Training;

/// <summary>Ends a run where a number is not finite: at one tensor, or at the first of all.</summary>
/// <param name="only">The tensor; null for all.</param>
internal sealed class NumericGuard(GraphTensor? only) : RunGuard
{
    /// <summary>What was found; null for nothing.</summary>
    public NonFiniteTensor? Found { get; private set; }

    // Constants are meant: a mask may well have infinities.
    public override bool Wants(GraphOperation node) => only is null ? node.Type != "Const" : node == only.Operation;

    public override bool Ends(GraphTensor output, Tensor value)
    {
        if (only is null || output == only)
        {
            Found ??= NonFinite.In(value, output.Name, output.Operation.Type);
        }

        return Found is not null;
    }
}
