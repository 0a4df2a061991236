namespace ModelSessions.Graphs.Ops;

/// <summary>What is known before a run of a small integer tensor, item by item. Shapes are computed in the graph by such tensors, so shape
/// rules need them.</summary>
internal sealed class PartialValue
{
    /// <summary>Stands for an item that is not known. (−1 is a value: Reshape's open size.)</summary>
    public const long Unknown = long.MinValue;

    /// <summary>Tensors with more items are not followed.</summary>
    public const int MaxLength = 1024;

    private PartialValue(Shape shape, long[] items)
    {
        Shape = shape;
        Items = items;
    }

    /// <summary>The tensor's shape, fully defined.</summary>
    public Shape Shape { get; }

    /// <summary>Whether it is a scalar.</summary>
    public bool IsScalar => Shape.Rank == 0;

    /// <summary>Whether it is a vector.</summary>
    public bool IsVector => Shape.Rank == 1;

    /// <summary>The items in row-major order; one for a scalar.</summary>
    public IReadOnlyList<long> Items { get; }

    /// <summary>Whether all items are known.</summary>
    public bool IsKnown => !Items.Contains(Unknown);

    public static PartialValue Scalar(long value) => new(Shape.Scalar, [value]);

    public static PartialValue Vector(params long[] items) => new([items.Length], items);

    /// <summary>One item everywhere; null if the shape is not known, or too large.</summary>
    public static PartialValue? Filled(Shape shape, long item) =>
        shape.IsFullyDefined && shape.ElementCount <= MaxLength ? new(shape, [.. Enumerable.Repeat(item, (int)shape.ElementCount)]) : null;

    /// <summary>Values put together along an axis of the shape that comes out, where its size need not be known; null if it gets too
    /// large.</summary>
    public static PartialValue? Join(IReadOnlyList<PartialValue> values, Shape shape, int axis)
    {
        int count = values.Sum(value => value.Items.Count);
        long rows = 1, others = 1;
        for (int i = 0; i < shape.Rank; i++)
        {
            rows *= i < axis ? shape[i] : 1;
            others *= i != axis ? shape[i] : 1;
        }

        if (count > MaxLength || others <= 0)
        {
            return null;
        }

        List<long> items = new(count);
        for (int row = 0; row < rows; row++)
        {
            foreach (PartialValue value in values)
            {
                int width = (int)(value.Items.Count / rows);
                items.AddRange(value.Items.Skip(row * width).Take(width));
            }
        }

        return new(shape.With(axis, count / others), [.. items]);
    }

    /// <summary>The sizes of a shape; null if the rank is unknown.</summary>
    public static PartialValue? Of(Shape shape)
    {
        if (!shape.HasRank)
        {
            return null;
        }

        long[] items = shape.Dimensions.ToArray();
        items.AsSpan().Replace(Shape.UnknownDimension, Unknown);
        return Vector(items);
    }

    /// <summary>The value of a constant; null if it is no small integer tensor.</summary>
    public static PartialValue? Of(Tensor tensor)
    {
        if (tensor.ElementCount > MaxLength)
        {
            return null;
        }

        long[]? items = tensor.DType switch
        {
            DType.Int32 => Array.ConvertAll(tensor.Span<int>().ToArray(), item => (long)item),
            DType.Int64 => tensor.Span<long>().ToArray(),
            _ => null,
        };
        return items is null ? null : new(tensor.Shape, items);
    }

    /// <summary>The same items under another shape; null if it is not known.</summary>
    public PartialValue? As(Shape shape) => shape.IsFullyDefined && shape.ElementCount == Items.Count ? new(shape, [.. Items]) : null;

    /// <summary>Another value item by item, single items repeated; null if the shapes do not fit.</summary>
    public PartialValue? Combine(PartialValue other, Func<long, long, long> function)
    {
        PartialValue wide = Shape.Rank > other.Shape.Rank || (Shape.Rank == other.Shape.Rank && Items.Count != 1) ? this : other;
        if ((!Shape.Equals(wide.Shape) && Items.Count != 1) || (!other.Shape.Equals(wide.Shape) && other.Items.Count != 1))
        {
            return null;
        }

        long[] result = new long[wide.Items.Count];
        for (int i = 0; i < result.Length; i++)
        {
            long x = Items[Items.Count == 1 ? 0 : i], y = other.Items[other.Items.Count == 1 ? 0 : i];
            result[i] = x == Unknown || y == Unknown ? Unknown : function(x, y);
        }

        return new(wide.Shape, result);
    }

    /// <summary>The shape whose sizes these are; −1 and unknown items are unknown sizes.</summary>
    /// <exception cref="GraphException">A size is below −1.</exception>
    public Shape ToShape(GraphOperation operation)
    {
        long[] sizes = [.. Items];
        foreach (ref long size in sizes.AsSpan())
        {
            size = size == Unknown ? Shape.UnknownDimension : size;
            if (size < Shape.UnknownDimension)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"Node '{operation.Name}' ({operation.Type}): a shape has the size {size}; sizes are 0 or more, or -1 for unknown.",
                    operation.Name);
            }
        }

        return new Shape(sizes);
    }
}
