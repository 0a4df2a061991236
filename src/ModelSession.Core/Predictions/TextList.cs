using System.Collections.ObjectModel;
using System.Globalization;

namespace ModelSessions;

/// <summary>A list whose text is its items: a field of a CSV file, say, where an array's would be the name of its type.</summary>
/// <param name="items">The items.</param>
/// <param name="separator">Stands between them in the text.</param>
internal sealed class TextList<T>(IList<T> items, string separator) : ReadOnlyCollection<T>(items)
{
    /// <summary>The items, as in every culture.</summary>
    public override string ToString() => string.Join(separator, this.Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)));
}

/// <summary>Makes such lists.</summary>
internal static class TextList
{
    /// <summary>The items as a list with a text.</summary>
    public static TextList<T> ToTextList<T>(this IEnumerable<T> items, string separator) => new(items.ToArray(), separator);
}
