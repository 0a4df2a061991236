using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace ModelSessions;

/// <summary>A shape, immutable: sizes of dimensions, −1 where unknown, or of unknown rank. TensorFlow's TensorShape and
/// PartialTensorShape in one.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
[TypeConverter(typeof(ShapeConverter))]
public sealed class Shape : IEquatable<Shape>, IEnumerable<long>
{
    /// <summary>The size that stands for "unknown".</summary>
    public const long UnknownDimension = -1;

    private const int MaxRank = 254;

    private readonly long[]? _dimensions;

    /// <summary>A shape of the given sizes; −1 is unknown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below −1.</exception>
    public Shape(params ReadOnlySpan<long> dimensions)
    {
        foreach (long size in dimensions)
        {
            if (size < UnknownDimension)
            {
                throw new ArgumentOutOfRangeException(null, $"A dimension of a shape is {size}; it is 0 or more, or -1 where it is not known.");
            }
        }

        _dimensions = dimensions.ToArray();
    }

    private Shape(long[]? dimensions) => _dimensions = dimensions;

    /// <summary>Of unknown rank.</summary>
    public static Shape Unknown { get; } = new((long[]?)null);

    /// <summary>Of rank 0.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Whether the rank is known.</summary>
    public bool HasRank => _dimensions is not null;

    /// <summary>The number of dimensions; −1 if unknown.</summary>
    public int Rank => _dimensions?.Length ?? -1;

    /// <summary>The sizes; empty for a scalar and for unknown rank.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>Whether rank and all sizes are known.</summary>
    public bool IsFullyDefined => _dimensions is not null && !_dimensions.AsSpan().Contains(UnknownDimension);

    /// <summary>The number of elements; −1 if not fully defined.</summary>
    /// <exception cref="OverflowException">More than 2⁶³−1 elements.</exception>
    public long ElementCount
    {
        get
        {
            if (_dimensions is null)
            {
                return -1;
            }

            if (_dimensions.AsSpan().Contains(0) && IsFullyDefined)
            {
                return 0;
            }

            long count = 1;
            foreach (long size in _dimensions)
            {
                if (size < 0)
                {
                    return -1;
                }

                try
                {
                    count = checked(count * size);
                }
                catch (OverflowException error)
                {
                    throw new OverflowException($"The shape {this} has more elements than can be counted.", error);
                }
            }

            return count;
        }
    }

    /// <summary>The size of a dimension; −1 if it is unknown. <paramref name="axis"/> counts from the end if negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the rank is unknown.</exception>
    public long this[int axis]
    {
        get
        {
            int i = axis < 0 ? axis + Rank : axis;
            return _dimensions is not null && (uint)i < (uint)_dimensions.Length
                ? _dimensions[i]
                : throw new ArgumentOutOfRangeException(nameof(axis), axis, $"The shape is {this}.");
        }
    }

    /// <summary>For collection expressions: <c>Shape s = [2, 3]</c>.</summary>
    public static Shape Create(ReadOnlySpan<long> dimensions) => dimensions.IsEmpty ? Scalar : new Shape(dimensions);

    /// <summary>A shape of known rank with all sizes unknown.</summary>
    public static Shape OfRank(int rank)
    {
        long[] dimensions = new long[rank];
        dimensions.AsSpan().Fill(UnknownDimension);
        return new Shape(dimensions);
    }

    /// <summary>Whether some fully defined shape fits both.</summary>
    public bool IsCompatibleWith(Shape other)
    {
        if (_dimensions is null || other._dimensions is null)
        {
            return true;
        }

        if (_dimensions.Length != other._dimensions.Length)
        {
            return false;
        }

        for (int i = 0; i < _dimensions.Length; i++)
        {
            if (_dimensions[i] >= 0 && other._dimensions[i] >= 0 && _dimensions[i] != other._dimensions[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What is known from both shapes together; false if they contradict.</summary>
    public bool TryMerge(Shape other, out Shape merged)
    {
        if (_dimensions is null || other._dimensions is null)
        {
            merged = _dimensions is null ? other : this;
            return true;
        }

        merged = this;
        if (_dimensions.Length != other._dimensions.Length)
        {
            return false;
        }

        long[]? result = null;
        for (int i = 0; i < _dimensions.Length; i++)
        {
            long mine = _dimensions[i], theirs = other._dimensions[i];
            if (mine >= 0 && theirs >= 0 && mine != theirs)
            {
                return false;
            }

            if (mine < 0 && theirs >= 0)
            {
                result ??= [.. _dimensions];
                result[i] = theirs;
            }
        }

        merged = result is null ? this : new Shape(result);
        return true;
    }

    /// <summary>The same shape with one size changed.</summary>
    public Shape With(int axis, long size)
    {
        long[] dimensions = Dimensions.ToArray();
        dimensions[axis < 0 ? axis + dimensions.Length : axis] = size;
        return new Shape(dimensions);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && (ReferenceEquals(this, other)
        || ((_dimensions is null) == (other._dimensions is null) && Dimensions.SequenceEqual(other.Dimensions)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Rank);
        foreach (long size in Dimensions)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary><c>[?, 784]</c>; <c>[]</c> for a scalar; <c>?</c> for unknown rank.</summary>
    public override string ToString() => _dimensions is null
        ? "?"
        : $"[{string.Join(", ", _dimensions.Select(size => size < 0 ? "?" : size.ToString(CultureInfo.InvariantCulture)))}]";

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)(_dimensions ?? [])).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static Shape FromProto(Protos.TensorShapeProto? proto)
    {
        if (proto is null || proto.UnknownRank)
        {
            return proto is null ? Scalar
                : proto.Dim.Count == 0 ? Unknown
                : throw new GraphException(StatusCode.InvalidArgument, $"A shape of unknown rank has {proto.Dim.Count} dimensions; it may have none.");
        }

        if (proto.Dim.Count > MaxRank)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A shape has {proto.Dim.Count:n0} dimensions; TensorFlow knows at most {MaxRank}.");
        }

        long[] dimensions = new long[proto.Dim.Count];
        Int128 elements = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            long size = proto.Dim[i].Size;
            dimensions[i] = size >= UnknownDimension
                ? size
                : throw new GraphException(StatusCode.InvalidArgument, $"A shape has a dimension of size {size}; sizes are 0 or more, or -1 for unknown.");
            elements = size == UnknownDimension || elements == UnknownDimension ? UnknownDimension : elements * size;
            if (elements > long.MaxValue)
            {
                throw new GraphException(StatusCode.InvalidArgument, $"A shape has more than 2^63 elements: {string.Join(", ", proto.Dim.Select(d => d.Size))}.");
            }
        }

        return new Shape(dimensions);
    }

    /// <summary>The shape of a value: fully defined. As in TensorFlow an unknown rank changes nothing in it.</summary>
    /// <exception cref="GraphException">A size is unknown.</exception>
    internal static Shape OfValue(Protos.TensorShapeProto? proto)
    {
        Shape shape = FromProto(proto is { UnknownRank: true } ? new Protos.TensorShapeProto { Dim = { proto.Dim } } : proto);
        return shape.IsFullyDefined ? shape : throw new GraphException(StatusCode.InvalidArgument, $"The shape {shape} of a value is not fully defined.");
    }

    internal Protos.TensorShapeProto ToProto()
    {
        Protos.TensorShapeProto proto = new() { UnknownRank = _dimensions is null };
        foreach (long size in Dimensions)
        {
            proto.Dim.Add(new Protos.TensorShapeProto.Types.Dim { Size = size });
        }

        return proto;
    }
}
