using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>A row of tensors that a run writes and reads by number: each is written once, but in an array of gradients, where writes to
/// one place add up.</summary>
/// <param name="name">For messages.</param>
/// <param name="dtype">The elements' type.</param>
/// <param name="shape">What is known of the elements' shape.</param>
/// <param name="options">How it behaves.</param>
internal sealed class TensorArray(string name, DType dtype, Shape shape, TensorArrayOptions options) : IRunResource
{
    private readonly List<Element> _elements = [];
    private readonly Dictionary<string, TensorArray> _gradients = new(StringComparer.Ordinal);
    private bool _closed;
    private bool _fixed;

    public DType DType { get; } = dtype;

    /// <summary>What is known of the elements' shape.</summary>
    public Shape Shape { get; private set; } = shape;

    public int Count => _elements.Count;

    public bool IsDynamic => options.IsDynamic && !_fixed;

    /// <summary>Makes room for so many elements at least.</summary>
    public void Grow(int count)
    {
        while (_elements.Count < count)
        {
            _elements.Add(new Element(DType));
        }
    }

    /// <summary>Keeps a value in a place.</summary>
    /// <exception cref="EngineException">There is no such place, it is taken, or the value does not fit.</exception>
    public void Write(KernelContext context, long index, Value value)
    {
        CheckOpen();
        if (index < 0 || (index >= Count && !IsDynamic) || index >= int.MaxValue)
        {
            throw Error(IsDynamic
                ? $"Tried to write to index {index}."
                : $"Tried to write to index {index} but array is not resizeable and size is: {Count}");
        }

        if (value.DType != DType)
        {
            throw Error($"Could not write to TensorArray index {index} because the value dtype is {value.DType.Name()} but TensorArray dtype is {DType.Name()}.");
        }

        MergeShape(index, value.Shape);
        Grow((int)index + 1);
        Element element = _elements[(int)index];
        if (element.IsRead)
        {
            throw Error($"Could not write to TensorArray index {index} because it has already been read.");
        }

        if (element.IsWritten && !options.AddsUp)
        {
            throw Error($"Could not write to TensorArray index {index} because it has already been written to.");
        }

        if (element.IsWritten && !element.Shape.Equals(value.Shape))
        {
            throw Error($"Could not aggregate to TensorArray index {index} because the existing shape is {element.Shape} but the new input shape is {value.Shape}.");
        }

        if (element.Held.Memory is null)
        {
            element.Held.ShareFrom(value, value.Dimensions);
        }
        else
        {
            Add(context, element.Held, value);
        }

        (element.IsWritten, element.Shape) = (true, value.Shape);
    }

    /// <summary>The value in a place, which is empty afterwards if the array says so. Where none was written there are zeros, if their
    /// shape is known.</summary>
    /// <exception cref="EngineException">There is no such place, or nothing in it any more, or it was never written.</exception>
    public void Read(long index, Value target, KernelContext context)
    {
        CheckOpen();
        if (index < 0 || index >= Count)
        {
            throw Error($"Tried to read from index {index} but array size is: {Count}");
        }

        Element element = _elements[(int)index];
        if (element.IsCleared)
        {
            throw Error($"Could not read index {index} twice because it was cleared after a previous read (perhaps try setting clear_after_read = false?).");
        }

        Shape known = element.IsWritten ? element.Shape : Shape;
        if (!known.IsFullyDefined)
        {
            throw Error($"Could not read from TensorArray index {index}. Furthermore, the element shape is not fully defined: {Shape}. It is possible you are working with a resizeable TensorArray and stop_gradients is not allowing the gradients to be written. If you set the full element_shape property on the forward TensorArray, the proper all-zeros tensor will be returned instead of incurring this error.");
        }

        element.IsRead = true;
        if (element.Held.Memory is null)
        {
            context.Fill(target, known.Dimensions);
            Array.FillKernels.Clear(target);
        }
        else
        {
            target.ShareFrom(element.Held, element.Held.Dimensions);
        }

        if (options.ClearAfterRead)
        {
            element.Held.Clear();
            element.IsCleared = true;
        }
    }

    /// <summary>The array for the gradients of this one's elements, by the name of whoever asks: as long, each element of the same
    /// shape.</summary>
    public TensorArray Gradient(string source, ReadOnlySpan<long> prepended, RunResources resources)
    {
        CheckOpen();
        if (options.AddsUp)
        {
            throw Error("Unable to create a gradients TensorArray: it is one itself, whose writes add up.");
        }

        _fixed = true;
        if (_gradients.TryGetValue(source, out TensorArray? gradient))
        {
            return gradient;
        }

        gradient = new TensorArray($"{name}@{source}", DType, Prepend(prepended, Shape), new TensorArrayOptions { AddsUp = true, ClearAfterRead = true });
        gradient.Grow(Count);
        for (int i = 0; i < Count; i++)
        {
            if (_elements[i].IsWritten)
            {
                // Zeros, until a gradient comes.
                gradient._elements[i].Shape = Prepend(prepended, _elements[i].Shape);
                gradient._elements[i].IsWritten = true;
            }
        }

        _gradients.Add(source, gradient);
        resources.Add(gradient);
        return gradient;
    }

    /// <summary>Lets go of all elements; any later use is an error.</summary>
    public void Release()
    {
        _closed = true;
        foreach (Element element in _elements)
        {
            element.Held.Clear();
        }
    }

    public void CheckOpen()
    {
        if (_closed)
        {
            throw Error("has already been closed.");
        }
    }

    public EngineException Error(string message) => Failure.Invalid($"TensorArray {name}: {message}");

    private static Shape Prepend(ReadOnlySpan<long> sizes, Shape shape) =>
        sizes.Length == 0 ? shape : shape.HasRank ? new Shape([.. sizes, .. shape.Dimensions]) : Shape.Unknown;

    private void MergeShape(long index, Shape value)
    {
        if (!Shape.TryMerge(value, out Shape merged))
        {
            throw Error($"Could not write to TensorArray index {index} because the value shape is {value} which is incompatible with the TensorArray's inferred element shape: {Shape} (consider setting infer_shape=False).");
        }

        if (options.HasOneShape)
        {
            Shape = merged;
        }
    }

    // What is held may be somebody else's too.
    private static void Add(KernelContext context, Value held, Value value)
    {
        if (!held.IsExclusive)
        {
            Value own = new(held.DType);
            context.Fill(own, held.Dimensions);
            own.Write(held);
            held.ShareFrom(own, own.Dimensions);
            own.Clear();
        }

        ElementSum.AddTo(held, value);
    }

    private sealed class Element(DType dtype)
    {
        public Value Held { get; } = new(dtype);

        public Shape Shape { get; set; } = Shape.Scalar;

        public bool IsWritten { get; set; }

        public bool IsRead { get; set; }

        public bool IsCleared { get; set; }
    }
}

/// <summary>How an array behaves.</summary>
internal readonly record struct TensorArrayOptions
{
    /// <summary>Whether it grows with writes.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>Whether a read empties the place.</summary>
    public bool ClearAfterRead { get; init; }

    /// <summary>Whether all elements have the shape of the first.</summary>
    public bool HasOneShape { get; init; }

    /// <summary>Whether writes to one place add up.</summary>
    public bool AddsUp { get; init; }
}
