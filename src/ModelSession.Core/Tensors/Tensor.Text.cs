using System.Globalization;

namespace ModelSessions;

/// <content>A tensor as a text.</content>
public sealed partial class Tensor : IFormattable
{
    // A row of probabilities of ten classes is read at a glance.
    private const int MostShown = 10;

    /// <summary>What it is, without its values: <c>float32 [50, 784]</c>.</summary>
    public string Describe() => $"{DType.Name()} {Shape}";

    /// <summary>The value of a scalar, <c>0.25</c>; the values of a few, <c>[3, 7]</c>, <c>[[1, 2], [3, 4]]</c>; of others what
    /// <see cref="Describe"/> tells.</summary>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    /// <summary>As <see cref="ToString()"/>, numbers in a format, such as <c>0.000</c>.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider)
    {
        if (DType is DType.Resource or DType.Variant || (Shape.Rank > 0 && ElementCount is 0 or > MostShown))
        {
            return Describe();
        }

        int next = 0;
        return Text(ToArray(), axis: 0, ref next, format, formatProvider ?? CultureInfo.InvariantCulture);
    }

    private string Text(Array elements, int axis, ref int next, string? format, IFormatProvider provider)
    {
        if (axis == Shape.Rank)
        {
            object? element = elements.GetValue(next++);
            return element is IFormattable number ? number.ToString(format, provider) : element?.ToString() ?? "";
        }

        string[] rows = new string[Shape[axis]];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = Text(elements, axis + 1, ref next, format, provider);
        }

        return $"[{string.Join(", ", rows)}]";
    }
}
