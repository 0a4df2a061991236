namespace ModelSessions.Data;

/// <summary>Examples as a graph takes them, in memory that is used again and again.</summary>
internal sealed class Batch
{
    private readonly Slot? _inputs;
    private readonly Slot? _labels;
    private readonly Slot? _weights;
    private readonly long[] _rows;
    private int _count;

    public Batch((DType Type, Shape Example)? inputs, (DType Type, Shape Example)? labels, (DType Type, Shape Example)? weights, int largest)
    {
        _inputs = inputs is { } x ? new Slot(x.Type, x.Example, largest) : null;
        _labels = labels is { } y ? new Slot(y.Type, y.Example, largest) : null;
        _weights = weights is { } w ? new Slot(w.Type, w.Example, largest) : null;
        _rows = new long[largest];
    }

    /// <summary>Which examples it holds.</summary>
    public ReadOnlySpan<long> Rows => _rows.AsSpan(0, _count);

    /// <summary>The examples; null if the graph takes none.</summary>
    public Tensor? Inputs { get; private set; }

    /// <summary>Their labels; null if the graph takes none.</summary>
    public Tensor? Labels { get; private set; }

    /// <summary>How much each counts; null if the graph takes no weights.</summary>
    public Tensor? Weights { get; private set; }

    /// <summary>Where the next batch begins; null outside of a training.</summary>
    public DatasetPosition? Next { get; set; }

    /// <summary>Whether the data comes to its end with it; false outside of a training.</summary>
    public bool EndsEpoch { get; set; }

    /// <summary>Says which examples it is to hold.</summary>
    public void Take(ReadOnlySpan<long> rows)
    {
        rows.CopyTo(_rows);
        _count = rows.Length;
        Inputs = _inputs?.Of(_count);
        Labels = _labels?.Of(_count);
        Weights = _weights?.Of(_count);
    }

    /// <summary>Memory for batches of up to a size, and the tensors over it.</summary>
    private sealed class Slot(DType dtype, Shape example, int largest)
    {
        private readonly TensorBuffer _buffer = Tensor.Uninitialized(dtype, Shape.Create([largest, .. example])).Buffer;
        private readonly Dictionary<int, Tensor> _bySize = [];

        public Tensor Of(int size)
        {
            if (!_bySize.TryGetValue(size, out Tensor? tensor))
            {
                _bySize[size] = tensor = new Tensor(dtype, Shape.Create([size, .. example]), _buffer);
            }

            return tensor;
        }
    }
}
