namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>What a variant tensor of a dataset holds: how to make elements, each a list of tensors. Never changes.</summary>
/// <param name="types">The types of an element's components.</param>
/// <param name="shapes">Their shapes, as far as they are known.</param>
internal abstract class Dataset(IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes)
{
    /// <summary>The cardinality of a dataset without end.</summary>
    public const long Infinite = -1;

    /// <summary>The cardinality of a dataset that must be gone through to be counted.</summary>
    public const long Unknown = -2;

    public IReadOnlyList<DType> Types { get; } = types;

    public IReadOnlyList<Shape> Shapes { get; } = shapes;

    /// <summary>The number of elements, <see cref="Infinite"/> or <see cref="Unknown"/>.</summary>
    public virtual long Cardinality => Unknown;

    /// <summary>TensorFlow's options message, serialised.</summary>
    public virtual byte[] Options => [];

    /// <summary>Begins to go through the elements.</summary>
    public DatasetIterator Open(Iteration iteration)
    {
        Nesting.Check();
        return Begin(iteration);
    }

    /// <inheritdoc cref="Open"/>
    protected abstract DatasetIterator Begin(Iteration iteration);
}
