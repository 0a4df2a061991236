namespace ModelSessions;

/// <content>Choosing and counting elements.</content>
public sealed partial class GraphBuilder
{
    /// <summary>The elements of a tensor where a mask over its first dimensions is true, one behind the other: <c>tf.boolean_mask</c>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="mask">Booleans, of the shape of the tensor's first dimensions; its rank must be known.</param>
    /// <param name="name"><c>boolean_mask</c> if null.</param>
    public GraphTensor BooleanMask(GraphTensor tensor, GraphTensor mask, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(mask);
        int rank = mask.Shape.Rank;
        if (rank < 1)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"A mask must have one dimension at least, and as many as can be known; '{mask.Name}' is {mask.Shape}.", mask.Operation.Name);
        }

        using GraphScope scope = NameScope(string.IsNullOrEmpty(name) ? "boolean_mask" : name);
        GraphTensor size = Add("Prod", Range(ShapeOf(tensor), 0, rank), (long[])[0]);
        GraphTensor before = Range(ShapeOf(tensor), null, 0), after = Range(ShapeOf(tensor), rank, null);
        Operand[] parts = [before, (Operand[])[size], after];
        GraphTensor rows = Reshape(tensor, Concat(parts, 0));
        GraphTensor chosen = Squeeze(Add("Where", Reshape(mask, (long[])[-1])), [1]);
        return Gather(rows, chosen);
    }

    /// <summary>The part of the elements that is zero, a float32: <c>tf.nn.zero_fraction</c>.</summary>
    /// <param name="value">Numbers.</param>
    /// <param name="name"><c>zero_fraction</c> if null.</param>
    public GraphTensor ZeroFraction(GraphTensor value, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        using GraphScope scope = NameScope(string.IsNullOrEmpty(name) ? "zero_fraction" : name);
        GraphTensor size = value.Shape.IsFullyDefined
            ? Constant(Tensor.Scalar(value.Shape.ElementCount), "Size")
            : Add("Size", null, new() { ["out_type"] = DType.Int64 }, value);

        // Small counts are cheaper in 32 bits.
        GraphTensor present = Cond(
            size.LessEqual((long)int.MaxValue), () => Cast(CountNonZero(value, DType.Int32), DType.Int64), () => CountNonZero(value, DType.Int64));
        GraphTensor fraction;
        using (NameScope("counts_to_fraction"))
        {
            GraphTensor zeros = Cast(size - present, DType.Float32);
            fraction = zeros / Cast(size, DType.Float32);
        }

        return Identity(fraction, "fraction");
    }

    private GraphTensor CountNonZero(GraphTensor value, DType dtype)
    {
        using GraphScope scope = NameScope("count_nonzero");
        GraphTensor zero = Zeros(Shape.Scalar, value.DType);
        return ReduceSum(Cast(value.NotEqual(zero), dtype), name: "nonzero_count");
    }
}
