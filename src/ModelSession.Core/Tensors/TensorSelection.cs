using System.Globalization;

namespace ModelSessions;

/// <summary>Which elements of a tensor are meant, in NumPy's notation: <c>0:3, :, -1</c>. Immutable.</summary>
/// <remarks>An index keeps one place and drops its dimension; <c>start:stop:step</c> keeps a range, whose ends may lie outside, as in Python;
/// <c>...</c> stands for as many whole dimensions as are left. What is not said is taken whole.</remarks>
public sealed class TensorSelection
{
    private const string Ellipsis = "...";

    private readonly string[] _parts;

    private TensorSelection(string[] parts) => _parts = parts;

    /// <summary>Parses the notation; brackets around it are allowed.</summary>
    /// <exception cref="GraphException">It has another form.</exception>
    public static TensorSelection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string inner = text.Trim();
        inner = inner.StartsWith('[') && inner.EndsWith(']') ? inner[1..^1] : inner;
        string[] parts = string.IsNullOrWhiteSpace(inner) ? [] : [.. inner.Split(',').Select(part => part.Trim())];
        if (parts.Length > 1 && parts[^1].Length == 0)
        {
            parts = parts[..^1];
        }

        foreach (string part in parts.Where(part => part != Ellipsis))
        {
            _ = Numbers(part, text);
        }

        return parts.Count(part => part == Ellipsis) <= 1
            ? new TensorSelection(parts)
            : throw Invalid($"'{text}' has '...' more than once; it stands for all dimensions that are left.");
    }

    /// <summary>The elements of a tensor of a shape.</summary>
    /// <exception cref="GraphException">There are not so many dimensions, or an index is outside (OutOfRange).</exception>
    public TensorRegion In(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!shape.IsFullyDefined)
        {
            throw Invalid($"A slice can be cut of a known shape only, not of {shape}.");
        }

        int given = _parts.Count(part => part != Ellipsis);
        if (given > shape.Rank)
        {
            throw Invalid($"'{this}' is for {given} dimensions; the tensor {shape} has {shape.Rank}.");
        }

        int gap = Array.IndexOf(_parts, Ellipsis);
        int before = gap < 0 ? given : gap, after = given - before;
        TensorRange[] ranges = new TensorRange[shape.Rank];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            string? part = axis < before ? _parts[axis] : axis >= shape.Rank - after ? _parts[^(shape.Rank - axis)] : null;
            ranges[axis] = part is null ? new TensorRange(0, 1, shape[axis], false) : Range(part, shape[axis], axis, shape);
        }

        return new TensorRegion(shape, ranges);
    }

    /// <summary>The notation: <c>0:3, :, -1</c>.</summary>
    public override string ToString() => string.Join(", ", _parts);

    private TensorRange Range(string part, long size, int axis, Shape shape)
    {
        long?[] numbers = Numbers(part, ToString());
        if (numbers.Length == 1)
        {
            long index = numbers[0]!.Value < 0 ? numbers[0]!.Value + size : numbers[0]!.Value;
            return index >= 0 && index < size
                ? new TensorRange(index, 1, 1, true)
                : throw new GraphException(StatusCode.OutOfRange, $"The index {part} is outside of dimension {axis}, which has the size {size}: '{this}' of a tensor {shape}.");
        }

        long step = numbers.Length > 2 ? numbers[2] ?? 1 : 1;
        (long least, long most) = step > 0 ? (0, size) : (-1, size - 1);
        long start = Bound(numbers[0], step > 0 ? least : most), stop = Bound(numbers[1], step > 0 ? most : least);
        // Of any two bounds the distance fits: both lie within the dimension.
        long count = step > 0 ? Count(stop - start, step) : step == long.MinValue ? Count(start - stop, long.MaxValue) : Count(start - stop, -step);
        return new TensorRange(count == 0 ? 0 : start, step, count, false);

        long Bound(long? given, long otherwise) => given is not { } number ? otherwise : Math.Clamp(number < 0 ? number + size : number, least, most);
    }

    private static long Count(long distance, long step) => distance <= 0 ? 0 : (distance - 1) / step + 1;

    // One number for an index, two or three for a range; null where it is left out.
    private static long?[] Numbers(string part, string text)
    {
        string[] pieces = part.Split(':');
        long?[] numbers = [.. pieces.Select(piece => Number(piece.Trim()))];
        return pieces.Length > 3 || (pieces.Length == 1 && numbers[0] is null)
            ? throw Form(part, text)
            : numbers.Length == 3 && numbers[2] == 0 ? throw Invalid($"'{part}' in '{text}' has the step 0; give another one, such as 1 or -1.")
            : numbers;

        long? Number(string piece) => piece.Length == 0 ? null
            : long.TryParse(piece, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
            : throw Form(part, text);
    }

    private static GraphException Form(string part, string text) => Invalid(
        $"'{part}' in '{text}' is no slice. Give for each dimension an index (-1), a range (0:3, ::2), or '...' for all that are left: '0:3, :, -1'.");

    private static GraphException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
