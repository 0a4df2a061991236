namespace ModelSessions;

/// <summary>What cells and loops over them are made of.</summary>
internal static class RnnNodes
{
    /// <summary>A variable scope of a free name, as a layer takes when it is first used.</summary>
    public static VariableScope OpenOnce(GraphBuilder g, string name)
    {
        using VariableScope scope = g.UniqueVariableScope(name);
        return scope;
    }

    /// <summary>A batch of zeros.</summary>
    public static GraphTensor Zeros(GraphBuilder g, Operand batchSize, long size, DType dtype)
    {
        GraphTensor shape = Concat(g, batchSize, size);
        GraphTensor zeros = g.Zeros(shape, dtype);
        // Python asks again for what it can know of the shape.
        Prefix(g, batchSize);
        g.Constant(Scalars.CreateVector([size], DType.Int32));
        zeros.MergeShape([batchSize.Number ?? -1, size]);
        return zeros;
    }

    /// <summary>The shape of a batch of rows, as a tensor.</summary>
    public static GraphTensor Concat(GraphBuilder g, Operand batchSize, long size)
    {
        GraphTensor prefix = Prefix(g, batchSize);
        GraphTensor suffix = g.Constant(Scalars.CreateVector([size], DType.Int32));
        return g.Concat([prefix, suffix], 0);
    }

    /// <summary>The number of rows in a batch: a number where it is known.</summary>
    public static Operand BatchSize(GraphBuilder g, GraphTensor input, int axis) =>
        input.Shape.Rank > axis && input.Shape[axis] > 0 ? input.Shape[axis] : g.Element(g.ShapeOf(input), axis);

    private static GraphTensor Prefix(GraphBuilder g, Operand batchSize) => batchSize.Number is { } known
        ? g.Constant(Scalars.CreateVector([known], DType.Int32))
        : g.ExpandDims(batchSize, 0);
}
