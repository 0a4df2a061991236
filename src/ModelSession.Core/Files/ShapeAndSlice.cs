using System.Globalization;

namespace ModelSessions.Files;

/// <summary>What the ops of savers call shape_and_slice: <c>10 4 0,4:-</c> is a slice and the shape of the tensor that it is cut from.</summary>
/// <param name="Full">The shape of the whole tensor.</param>
/// <param name="Slice">The slice, as it is written.</param>
internal readonly record struct ShapeAndSlice(Shape Full, TensorSlice Slice)
{
    /// <summary>The shape of the slice.</summary>
    public Shape Shape => Slice.ShapeIn(Full);

    /// <summary>TensorFlow's form: <c>10 4 0,4:-</c>.</summary>
    public override string ToString() => $"{string.Join(' ', Full.Dimensions.ToArray())} {Slice}";

    /// <summary>Parses the text; the slice is inside the shape.</summary>
    /// <exception cref="GraphException">It has another form (InvalidArgument) or the slice does not fit (Internal).</exception>
    public static ShapeAndSlice Parse(string text)
    {
        string[] parts = text.Split(' ');
        if (parts.Length < 2)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Need least two elements in shape_and_slice specification: {text}");
        }

        long[] dimensions = new long[parts.Length - 1];
        for (int i = 0; i < dimensions.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out dimensions[i]))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"Non numerical dimension in shape_and_slice: {text}");
            }
        }

        ShapeAndSlice parsed = new(ModelSessions.Shape.Create(dimensions), TensorSlice.Parse(parts[^1]));
        _ = parsed.Slice.In(parsed.Full);
        return parsed;
    }
}
