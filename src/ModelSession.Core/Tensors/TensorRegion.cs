namespace ModelSessions;

/// <summary>What is taken of one dimension.</summary>
/// <param name="Start">The first place.</param>
/// <param name="Step">From one place to the next; may be negative.</param>
/// <param name="Count">How many places.</param>
/// <param name="IsIndex">Whether one place was meant, whose dimension is dropped.</param>
public readonly record struct TensorRange(long Start, long Step, long Count, bool IsIndex)
{
    /// <summary>The lowest place.</summary>
    public long Least => Step < 0 ? Start + (Count - 1) * Step : Start;

    /// <summary>How many places lie from the lowest to the highest; 0 if there is none.</summary>
    public long Extent => Count == 0 ? 0 : checked((Count - 1) * Math.Abs(Step) + 1);
}

/// <summary>Elements of a tensor of one shape: a range of each dimension. Immutable.</summary>
public sealed class TensorRegion
{
    private readonly TensorRange[] _ranges;

    internal TensorRegion(Shape full, TensorRange[] ranges)
    {
        Full = full;
        _ranges = ranges;
        Shape = Shape.Create([.. ranges.Where(range => !range.IsIndex).Select(range => range.Count)]);
    }

    /// <summary>The shape of the tensor.</summary>
    public Shape Full { get; }

    /// <summary>The shape of what is taken.</summary>
    public Shape Shape { get; }

    /// <summary>The smallest box that holds it: what has to be read of a checkpoint.</summary>
    public TensorSlice Box => new([.. _ranges.Select(range => (range.Count == 0 ? 0 : range.Least, range.Extent))]);

    /// <summary>A copy of the elements.</summary>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public Tensor Take(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.Shape.Equals(Full))
        {
            throw new ArgumentException($"The slice is one of {Full}, not of {tensor.Describe()}.", nameof(tensor));
        }

        Tensor taken = Tensor.Uninitialized(tensor.DType, Shape);
        Walk((place, index) => Copy(tensor, place, taken, index));
        return taken;
    }

    /// <summary>The elements out of a tensor that is this region's <see cref="Box"/>.</summary>
    internal Tensor TakeFromBox(Tensor box) =>
        new TensorRegion(box.Shape, [.. _ranges.Select(range => range.Count == 0 ? range : range with { Start = range.Start - range.Least })]).Take(box);

    /// <summary>Writes the elements into a tensor.</summary>
    /// <exception cref="ArgumentException">A tensor has another shape or type.</exception>
    public void Put(Tensor values, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(target);
        if (!values.Shape.Equals(Shape) || !target.Shape.Equals(Full) || values.DType != target.DType)
        {
            throw new ArgumentException($"The slice takes {target.DType.Name()} {Shape}, not {values.Describe()}.", nameof(values));
        }

        Walk((place, index) => Copy(values, index, target, place));
    }

    // Row by row of what is taken.
    private void Walk(Action<long, long> visit)
    {
        if (_ranges.Any(range => range.Count == 0))
        {
            return;
        }

        int rank = _ranges.Length;
        long[] index = new long[rank], strides = new long[rank];
        long stride = 1, place = 0;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride * _ranges[axis].Step;
            place += stride * _ranges[axis].Start;
            stride *= Full[axis];
        }

        for (long next = 0; ; next++)
        {
            visit(place, next);
            int axis = rank - 1;
            for (; axis >= 0; axis--)
            {
                index[axis]++;
                place += strides[axis];
                if (index[axis] < _ranges[axis].Count)
                {
                    break;
                }

                place -= index[axis] * strides[axis];
                index[axis] = 0;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }

    private static void Copy(Tensor source, long from, Tensor target, long to)
    {
        if (source.DType.IsObject())
        {
            target.Objects[(int)to] = source.Objects[(int)from];
            return;
        }

        int size = source.DType.Size();
        source.Buffer.Bytes(from * size, size).CopyTo(target.Buffer.Bytes(to * size, size));
    }
}
