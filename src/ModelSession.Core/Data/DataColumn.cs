namespace ModelSessions.Data;

/// <summary>What a column of raw data holds.</summary>
public enum ColumnKind
{
    /// <summary>Numbers.</summary>
    Number,

    /// <summary>True and false, as 1 and 0.</summary>
    Boolean,

    /// <summary>One of some names.</summary>
    Category,
}

/// <summary>A column of raw data and how its values become numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
public sealed record DataColumn(string Name, ColumnKind Kind)
{
    /// <summary>How many numbers a value is; above 1 only for lists of numbers, as in TFRecord files and objects.</summary>
    public int Size { get; init; } = 1;

    /// <summary>The names of a category, in the order of their numbers.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether a category becomes as many numbers as it has names, of which one is 1; else it becomes its number.</summary>
    public bool OneHot { get; init; }

    /// <summary>Is subtracted from numbers.</summary>
    public double Mean { get; init; }

    /// <summary>Divides numbers, after <see cref="Mean"/> was subtracted.</summary>
    public double Deviation { get; init; } = 1;

    /// <summary>The number that stands for a missing value, as in the raw data; null if none may be missing.</summary>
    public double? Fill { get; init; }

    /// <summary>How many numbers of an example come from it.</summary>
    public int Width => OneHot ? Values.Count : Size;

    /// <summary><c>age: number, − 38.6 ÷ 13.6</c>.</summary>
    public override string ToString() =>
        $"{Name}: {Kind.ToString().ToLowerInvariant()}{(Size != 1 ? $" × {Size}" : "")}{(Kind == ColumnKind.Category ? $" of {Values.Count}{(OneHot ? ", one-hot" : "")}" : "")}{(Mean != 0 ? $", − {Mean:g6}" : "")}{(Deviation != 1 ? $" ÷ {Deviation:g6}" : "")}{(Fill is { } fill ? $", {fill:g6} if missing" : "")}";

    /// <summary>Whether values become the same numbers.</summary>
    public bool Equals(DataColumn? other) => other is not null && Name == other.Name && Kind == other.Kind && Size == other.Size && OneHot == other.OneHot
        && Mean == other.Mean && Deviation == other.Deviation && Fill == other.Fill && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Size, OneHot, Mean, Deviation, Fill, Values.Count);
}
