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

    /// <summary>All steps read a variable once; not in a loop, whose body may train it.</summary>
    public static void ShareReads(GraphBuilder g, VariableScope variables) => variables.CachesReads |= g.State.Flow?.Loop is null;

    /// <summary>A batch of zeros: rows of a size, or one zero for each row if null.</summary>
    public static GraphTensor Zeros(GraphBuilder g, Operand batchSize, Operand? size, DType dtype)
    {
        GraphTensor shape = Concat(g, batchSize, size);
        GraphTensor zeros = g.Zeros(shape, dtype);
        // Python asks again for what it can know of the shape.
        Prefix(g, batchSize);
        Sizes(g, size);
        zeros.MergeShape(size is { } row ? [batchSize.Number ?? -1, row.Number ?? -1] : [batchSize.Number ?? -1]);
        return zeros;
    }

    /// <summary>The shape of a batch of rows, as a tensor.</summary>
    public static GraphTensor Concat(GraphBuilder g, Operand batchSize, Operand? size)
    {
        GraphTensor prefix = Prefix(g, batchSize), suffix = Sizes(g, size);
        return g.Concat([prefix, suffix], 0);
    }

    /// <summary>The number of rows in a batch: a number where it is known.</summary>
    public static Operand BatchSize(GraphBuilder g, GraphTensor input, int axis) =>
        input.Shape.Rank > axis && input.Shape[axis] > 0 ? input.Shape[axis] : g.Element(g.ShapeOf(input), axis);

    /// <summary>[batch, time, …] as [time, batch, …] and back.</summary>
    public static GraphTensor SwapFirst(GraphBuilder g, GraphTensor x)
    {
        GraphTensor rank = g.RankOf(x);
        GraphTensor result = g.Transpose(x, g.Concat([(long[])[1, 0], g.Sequence(2, rank)], 0));
        if (x.Shape.Rank >= 2)
        {
            result.MergeShape(new Shape([x.Shape[1], x.Shape[0], .. x.Shape.Skip(2)]));
        }

        return result;
    }

    private static GraphTensor Sizes(GraphBuilder g, Operand? size) =>
        size is { } row ? Prefix(g, row) : g.Constant(Scalars.CreateVector([], DType.Int32));

    private static GraphTensor Prefix(GraphBuilder g, Operand batchSize) => batchSize.Number is { } known
        ? g.Constant(Scalars.CreateVector([known], DType.Int32))
        : g.ExpandDims(batchSize, 0);
}
