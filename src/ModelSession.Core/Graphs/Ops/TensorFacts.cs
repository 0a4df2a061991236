namespace ModelSessions.Graphs.Ops;

/// <summary>What is known before a run of a tensor that goes into a function or comes out of it.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Value">Its value, if it is a small integer tensor.</param>
/// <param name="Variable">The shape of the value behind it, if it is the handle of a variable.</param>
internal readonly record struct TensorFacts(Shape Shape, PartialValue? Value, Shape Variable)
{
    // Longer ones are no shapes.
    private const int LongestValue = 64;

    /// <summary>Nothing.</summary>
    public static TensorFacts None => new(Shape.Unknown, null, Shape.Unknown);

    /// <summary>The same for all tensors of which the same is known.</summary>
    public string Key => $"{Shape}{(Value is null ? "" : $"={Value.Shape}{string.Join(',', Value.Items)}")}{(Variable.HasRank ? $">{Variable}" : "")}";

    /// <summary>What a graph says of a tensor.</summary>
    public static TensorFacts Of(GraphTensor tensor) => new(
        tensor.Shape,
        tensor.Value is { Items.Count: <= LongestValue } value ? value : null,
        tensor.DType == DType.Resource ? ResourceVariableOps.VariableShape(tensor) : Shape.Unknown);
}
