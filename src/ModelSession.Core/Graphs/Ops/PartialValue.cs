namespace ModelSessions.Graphs.Ops;

/// <summary>What is known before a run of a small integer tensor: a scalar or a vector, item by item. Shapes are computed in the graph
/// by such tensors, so shape rules need them.</summary>
internal sealed class PartialValue
{
    /// <summary>Stands for an item that is not known. (−1 is a value: Reshape's open size.)</summary>
    public const long Unknown = long.MinValue;

    /// <summary>Longer vectors are not followed.</summary>
    public const int MaxLength = 1024;

    private PartialValue(bool isScalar, long[] items)
    {
        IsScalar = isScalar;
        Items = items;
    }

    /// <summary>Whether it is a scalar; else a vector.</summary>
    public bool IsScalar { get; }

    /// <summary>The items; one for a scalar.</summary>
    public IReadOnlyList<long> Items { get; }

    /// <summary>Whether all items are known.</summary>
    public bool IsKnown => !Items.Contains(Unknown);

    public static PartialValue Scalar(long value) => new(true, [value]);

    public static PartialValue Vector(params long[] items) => new(false, items);

    /// <summary>The sizes of a shape; null if the rank is unknown.</summary>
    public static PartialValue? Of(Shape shape)
    {
        if (!shape.HasRank)
        {
            return null;
        }

        long[] items = shape.Dimensions.ToArray();
        items.AsSpan().Replace(Shape.UnknownDimension, Unknown);
        return new(false, items);
    }

    /// <summary>The value of a constant; null if it is no small integer scalar or vector.</summary>
    public static PartialValue? Of(Tensor tensor)
    {
        if (tensor.Shape.Rank > 1 || tensor.ElementCount > MaxLength)
        {
            return null;
        }

        long[]? items = tensor.DType switch
        {
            DType.Int32 => Array.ConvertAll(tensor.Span<int>().ToArray(), item => (long)item),
            DType.Int64 => tensor.Span<long>().ToArray(),
            _ => null,
        };
        return items is null ? null : new(tensor.Shape.Rank == 0, items);
    }

    /// <summary>The same items under another shape.</summary>
    public PartialValue As(bool scalar) => new(scalar, [.. Items]);

    /// <summary>Another value item by item, scalars repeated; null if the lengths do not fit.</summary>
    public PartialValue? Combine(PartialValue other, Func<long, long, long> function)
    {
        int length = Math.Max(Items.Count, other.Items.Count);
        if ((Items.Count != length && Items.Count != 1) || (other.Items.Count != length && other.Items.Count != 1))
        {
            return null;
        }

        long[] result = new long[length];
        for (int i = 0; i < length; i++)
        {
            long x = Items[Items.Count == 1 ? 0 : i], y = other.Items[other.Items.Count == 1 ? 0 : i];
            result[i] = x == Unknown || y == Unknown ? Unknown : function(x, y);
        }

        return new(IsScalar && other.IsScalar, result);
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
