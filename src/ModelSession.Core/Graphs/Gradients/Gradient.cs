namespace ModelSessions;

/// <summary>A gradient in a graph: a tensor, or slices of a tensor along its first dimension (TensorFlow's IndexedSlices), whose other
/// rows are 0. Slices of the same number add up.</summary>
public sealed class Gradient
{
    private Gradient(GraphTensor values, GraphTensor? indices, GraphTensor? denseShape)
    {
        Values = values;
        Indices = indices;
        DenseShape = denseShape;
    }

    /// <summary>The tensor, or the slices.</summary>
    public GraphTensor Values { get; }

    /// <summary>The row of each slice; null if it is a whole tensor.</summary>
    public GraphTensor? Indices { get; }

    /// <summary>The shape of the tensor that the slices belong to; null if it is a whole tensor.</summary>
    public GraphTensor? DenseShape { get; }

    /// <summary>Whether it is slices.</summary>
    public bool IsSlices => Indices is not null;

    /// <summary>A whole tensor; null of null.</summary>
    public static Gradient? Of(GraphTensor? tensor) => tensor is null ? null : new(tensor, null, null);

    /// <summary>Slices of a tensor.</summary>
    /// <param name="values">The slices, along the first dimension.</param>
    /// <param name="indices">The row of each.</param>
    /// <param name="denseShape">The shape of the whole tensor.</param>
    public static Gradient OfSlices(GraphTensor values, GraphTensor indices, GraphTensor denseShape) => new(values, indices, denseShape);

    /// <summary>The same with other values: clipped, scaled.</summary>
    public Gradient WithValues(GraphTensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(values, Indices, DenseShape);
    }

    /// <summary>The same with each of its tensors replaced.</summary>
    internal Gradient Map(Func<GraphTensor, GraphTensor> replace) => new(replace(Values), Indices is null ? null : replace(Indices), DenseShape is null ? null : replace(DenseShape));

    /// <summary>Slices; of a whole tensor, all its rows.</summary>
    internal Gradient ToSlices(GraphBuilder g, DType indexType)
    {
        if (IsSlices)
        {
            return Indices!.DType == indexType ? this : new(Values, g.Cast(Indices, indexType), DenseShape);
        }

        GraphTensor shape = g.Add("Shape", Values);
        return new(Values, g.Cast(g.Sequence(0, g.Element(shape, 0)), indexType), shape);
    }

    /// <summary>The whole tensor; of slices, nodes that add them up.</summary>
    public GraphTensor ToDense(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        if (Indices is null)
        {
            return Values;
        }

        GraphTensor dense = g.Add("UnsortedSegmentSum", Values, Indices, g.Element(DenseShape!, 0));
        if (DenseShape!.Value is { } shape)
        {
            dense.MergeShape(shape.ToShape(dense.Operation));
        }

        return dense;
    }
}
