namespace ModelSessions.Graphs.Ops;

/// <summary>Sets the shapes of outputs that are features, one kind after the other.</summary>
internal sealed class FeatureShapes(ShapeContext context)
{
    private int _next;

    /// <summary>Sparse features: all places, then all values, then all shapes.</summary>
    /// <param name="count">How many features.</param>
    /// <param name="rank">Of each sparse tensor; −1 if unknown.</param>
    public void Sparse(int count, int rank)
    {
        Repeat(count, [-1, rank]);
        Repeat(count, [-1]);
        Repeat(count, [rank]);
    }

    /// <summary>Dense features: each has its own shape, after the dimensions of the batch.</summary>
    public void Dense(IReadOnlyList<Shape> shapes, Shape batch)
    {
        foreach (Shape shape in shapes)
        {
            context.Output(_next++, Shapes.Concat(batch, shape));
        }
    }

    public void Repeat(int count, Shape shape)
    {
        for (int i = 0; i < count; i++)
        {
            context.Output(_next++, shape);
        }
    }
}
