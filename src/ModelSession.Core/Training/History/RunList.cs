using System.Collections.ObjectModel;

namespace ModelSessions;

/// <summary>A list that has something to say where it stands in a single cell, as in a CSV file.</summary>
internal sealed class RunList<T>(IEnumerable<T> items, Func<IReadOnlyList<T>, string> text) : ReadOnlyCollection<T>([.. items])
{
    public override string ToString() => text(this);
}
