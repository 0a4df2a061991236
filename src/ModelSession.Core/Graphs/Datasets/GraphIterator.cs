namespace ModelSessions;

/// <summary>Goes through a dataset of a graph.</summary>
public sealed class GraphIterator
{
    private readonly GraphBuilder _g;
    private readonly IReadOnlyList<DType> _types;
    private readonly IReadOnlyList<Shape> _shapes;

    internal GraphIterator(GraphBuilder builder, GraphTensor handle, GraphOperation? initializer, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
    {
        _g = builder;
        _types = types;
        _shapes = shapes;
        Handle = handle;
        Initializer = initializer;
    }

    /// <summary>The iterator itself, a resource.</summary>
    public GraphTensor Handle { get; }

    /// <summary>Begins it, or begins it anew; null if it needs none.</summary>
    public GraphOperation? Initializer { get; }

    /// <summary>The next element, in each run another one: <c>get_next</c>. At the end a run stops with OutOfRange.</summary>
    /// <param name="name"><c>IteratorGetNext</c> if null.</param>
    public GraphTensor[] GetNext(string? name = null)
    {
        using GraphScope place = _g.ColocateWith(Handle.Operation);
        return [.. _g.AddOperation("IteratorGetNext", name, GraphDataset.Attributes(_types, _shapes), Handle).Outputs];
    }
}
