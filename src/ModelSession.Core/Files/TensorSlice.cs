using System.Globalization;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A box out of a tensor: start and length in each dimension, or the whole dimension. TensorFlow's TensorSlice; immutable.</summary>
public sealed class TensorSlice : IEquatable<TensorSlice>
{
    /// <summary>The length that stands for "the whole dimension".</summary>
    public const long WholeDimension = -1;

    private readonly (long Start, long Length)[] _extents;

    /// <summary>A slice of the given extents; the length −1 (with the start 0) is the whole dimension.</summary>
    /// <exception cref="GraphException">A start or length is negative.</exception>
    public TensorSlice(params ReadOnlySpan<(long Start, long Length)> extents)
    {
        foreach ((long start, long length) in extents)
        {
            if (start < 0 || length < WholeDimension || (length == WholeDimension && start != 0))
            {
                throw Invalid($"Expected non-negative start and positive length but got start = {start}, length = {length}");
            }
        }

        _extents = extents.ToArray();
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _extents.Length;

    /// <summary>Whether it is written as all of every dimension.</summary>
    public bool IsWhole => Array.TrueForAll(_extents, extent => extent.Length == WholeDimension);

    /// <summary>All of a tensor of that rank.</summary>
    public static TensorSlice Whole(int rank)
    {
        (long, long)[] extents = new (long, long)[rank];
        Array.Fill(extents, (0, WholeDimension));
        return new TensorSlice(extents);
    }

    /// <summary>Parses TensorFlow's form: <c>0,4:-</c> is rows 0 to 3 of all columns.</summary>
    /// <exception cref="GraphException">It has another form (InvalidArgument).</exception>
    public static TensorSlice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Length == 0 ? [] : text.Split(':');
        (long, long)[] extents = new (long, long)[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            extents[i] = parts[i] == "-" ? (0, WholeDimension) : ParseExtent(parts[i], text);
        }

        return new TensorSlice(extents);
    }

    /// <summary>Where it starts in a dimension.</summary>
    public long Start(int axis) => _extents[axis].Start;

    /// <summary>How long it is in a dimension; −1 for all of it.</summary>
    public long Length(int axis) => _extents[axis].Length;

    /// <summary>The same slice with all lengths written out.</summary>
    /// <exception cref="GraphException">It is not inside a tensor of that shape (Internal, as in TensorFlow).</exception>
    public TensorSlice In(Shape full)
    {
        ArgumentNullException.ThrowIfNull(full);
        if (full.Rank != Rank)
        {
            throw new GraphException(StatusCode.Internal, $"Mismatching ranks: shape = {full}, slice = {this}");
        }

        (long Start, long Length)[] extents = new (long, long)[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            (long start, long length) = _extents[axis];
            extents[axis] = (start, length == WholeDimension ? full[axis] : length);
            if (start > full[axis] || extents[axis].Length > full[axis] - start)
            {
                throw new GraphException(StatusCode.Internal, $"Extent in dimension {axis} out of bounds: shape = {full}, slice = {this}");
            }
        }

        return new TensorSlice(extents);
    }

    /// <summary>The shape of this slice of a tensor.</summary>
    /// <exception cref="GraphException">It is not inside a tensor of that shape (Internal, as in TensorFlow).</exception>
    public Shape ShapeIn(Shape full)
    {
        TensorSlice inside = In(full);
        return Shape.Create([.. inside._extents.Select(extent => extent.Length)]);
    }

    /// <inheritdoc/>
    public bool Equals(TensorSlice? other) => other is not null && _extents.AsSpan().SequenceEqual(other._extents);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorSlice);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach ((long Start, long Length) extent in _extents)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>TensorFlow's form: <c>0,4:-</c>.</summary>
    public override string ToString() => string.Join(':', _extents.Select(extent =>
        extent.Length == WholeDimension ? "-" : $"{extent.Start},{extent.Length}"));

    internal TensorSliceProto ToProto()
    {
        TensorSliceProto proto = new();
        foreach ((long start, long length) in _extents)
        {
            TensorSliceProto.Types.Extent extent = new() { Start = start };
            if (length != WholeDimension)
            {
                extent.Length = length;
            }

            proto.Extent.Add(extent);
        }

        return proto;
    }

    private static (long Start, long Length) ParseExtent(string part, string text)
    {
        string[] pair = part.Split(',');
        if (pair.Length != 2 || !TryParse(pair[0], out long start) || !TryParse(pair[1], out long length))
        {
            throw Invalid($"Expected a pair of numbers or '-' but got '{part}': string = {text}");
        }

        return start >= 0 && length > 0 ? (start, length) : throw Invalid($"Expected non-negative start and positive length but got start = {start}, length = {length}: string = {text}");
    }

    private static bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static GraphException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
