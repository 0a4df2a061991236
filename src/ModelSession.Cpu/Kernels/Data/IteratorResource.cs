using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>An iterator of a graph: goes through the dataset that its initialiser gave it, from run to run of the session.</summary>
/// <param name="key">Where it is found.</param>
/// <param name="types">What elements it gives; none to take any.</param>
/// <param name="shapes">Their shapes.</param>
internal sealed class IteratorResource(ResourceKey key, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : IDisposable
{
    // Runs may overlap; elements come one at a time.
    private readonly SemaphoreSlim _gate = new(1);
    private Iteration? _iteration;
    private DatasetIterator? _iterator;
    private volatile bool _deleted;

    public ResourceKey Key { get; } = key;

    /// <summary>Starts with a dataset, wherever it was.</summary>
    /// <exception cref="EngineException">The dataset's elements are others than the iterator's.</exception>
    public void Start(KernelContext context, Dataset dataset)
    {
        CheckTypes(dataset.Types, dataset.Shapes);
        Iteration iteration = new(context.Session);
        _gate.Wait(context.Cancel);
        try
        {
            _iterator = dataset.Open(iteration);
            _iteration?.Dispose();
            _iteration = iteration;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The next element; null at the end.</summary>
    /// <exception cref="EngineException">It was not initialised (FailedPrecondition), or the element fails.</exception>
    public Tensor[]? Next(KernelContext context)
    {
        _gate.Wait(context.Cancel);
        try
        {
            return _iterator is { } iterator
                ? iterator.Next(context)
                : throw Failure.Precondition(
                    "GetNext() failed because the iterator has not been initialized. Ensure that you have run the initializer operation for this iterator before getting the next element.");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes sure that elements of some types and shapes are what it gives.</summary>
    /// <exception cref="EngineException">They are not.</exception>
    public void CheckTypes(IReadOnlyList<DType> found, IReadOnlyList<Shape> foundShapes)
    {
        if (types.Count > 0)
        {
            Elements.CheckTypes(types, found);
            Elements.CheckShapes(shapes, foundShapes);
        }
    }

    /// <summary>Itself, if it is there still.</summary>
    /// <exception cref="EngineException">It was deleted (NotFound).</exception>
    public IteratorResource Living() => _deleted
        ? throw new EngineException(StatusCode.NotFound, $"The iterator '{Key.Name}' was deleted.")
        : this;

    /// <summary>Ends it for good.</summary>
    public void Dispose()
    {
        _deleted = true;
        _iterator = null;
        _iteration?.Dispose();
    }
}
