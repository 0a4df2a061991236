namespace ModelSessions.Training;

/// <summary>Ends a run at the first tensor that is not finite.</summary>
/// <param name="only">Those that are looked at; null for all.</param>
internal sealed class NumericGuard(IReadOnlySet<GraphTensor>? only) : RunGuard
{
    /// <summary>What was found; null for nothing.</summary>
    public NonFiniteTensor? Found { get; private set; }

    /// <summary>Where.</summary>
    public GraphTensor? Tensor { get; private set; }

    // Constants are meant: a mask may well have infinities.
    public override bool Wants(GraphOperation node) => node.Type != "Const";

    public override bool Ends(GraphTensor output, Tensor value)
    {
        if (only is null || only.Contains(output))
        {
            Found ??= NonFinite.In(value, output.Name, output.Operation.Type);
            Tensor ??= Found is null ? null : output;
        }

        return Found is not null;
    }
}
