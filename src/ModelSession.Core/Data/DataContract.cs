namespace ModelSessions.Data;

/// <summary>What turns raw data into a model's input: columns and their order, scaling, names of categories and classes. Made by the readers of
/// data, kept with the model that learns from it, so that later it takes raw data of the same form, and refuses other.</summary>
public sealed record DataContract : IContractContent
{
    /// <inheritdoc cref="IContractContent.Columns"/>
    internal IReadOnlyList<DataColumn> Columns { get; init; } = [];

    IReadOnlyList<DataColumn> IContractContent.Columns => Columns;

    /// <summary>What the columns are called.</summary>
    public IReadOnlyList<string> ColumnNames => [.. Columns.Select(column => column.Name)];

    /// <summary>The shape of an example.</summary>
    public Shape Shape { get; init; } = Shape.Scalar;

    /// <summary>How files of pictures become arrays; null where the raw data are none.</summary>
    public ImageForm? Image { get; init; }

    /// <summary>What is subtracted from the numbers of an array: nothing, one number for all, or one for each; of pictures, one for each
    /// channel.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>What then divides them: nothing, one number for all, or one for each.</summary>
    public IReadOnlyList<double> Deviation { get; init; } = [];

    /// <summary>The columns of the label; empty if there is none, or the raw data are arrays.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The number of classes; null if labels are no classes.</summary>
    public int? ClassCount { get; init; }

    /// <summary>What the classes are called, in the order of their numbers; empty if they are only numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Subtracts and divides as the contract says of arrays.</summary>
    internal void Scale(Span<double> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (numbers[i] - Of(Mean, i, 0)) / Of(Deviation, i, 1);
        }
    }

    private double Of(IReadOnlyList<double> values, int index, double none) =>
        values.Count == 0 ? none : values.Count == 1 ? values[0] : values[Image is null ? index : index % Image.Channels];

    /// <summary>What another contract does otherwise, in words: empty if raw data become the same under both. Names that one of them lacks,
    /// of the label or of classes, are no difference.</summary>
    public IReadOnlyList<string> DifferencesFrom(DataContract other)
    {
        ArgumentNullException.ThrowIfNull(other);
        List<string> differences = [];
        if (!Shape.Equals(other.Shape))
        {
            differences.Add($"examples are {Shape} here, {other.Shape} there");
        }

        if (Image is { } here && other.Image is { } there && here != there)
        {
            differences.Add($"pictures become {here} here, {there} there");
        }

        CompareColumns(other, differences);
        CompareNumbers("subtracted from", Mean, other.Mean, differences);
        CompareNumbers("divided into", Deviation, other.Deviation, differences);
        if (ClassCount != other.ClassCount)
        {
            differences.Add($"there are {Classes(ClassCount)} here, {Classes(other.ClassCount)} there");
        }

        if (ClassNames.Count > 0 && other.ClassNames.Count > 0 && !ClassNames.SequenceEqual(other.ClassNames, StringComparer.Ordinal))
        {
            int at = Enumerable.Range(0, Math.Min(ClassNames.Count, other.ClassNames.Count)).FirstOrDefault(i => ClassNames[i] != other.ClassNames[i], Math.Min(ClassNames.Count, other.ClassNames.Count));
            differences.Add($"class {at} is {Name(ClassNames, at)} here, {Name(other.ClassNames, at)} there");
        }

        return differences;
    }

    /// <summary>Whether raw data become the same under both.</summary>
    public bool Equals(DataContract? other) =>
        other is not null && Labels.SequenceEqual(other.Labels, StringComparer.Ordinal) && ClassNames.SequenceEqual(other.ClassNames, StringComparer.Ordinal) && DifferencesFrom(other).Count == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shape, Columns.Count, ClassCount, ClassNames.Count, Labels.Count);

    /// <summary><c>4 columns → [8], 3 classes</c>.</summary>
    public override string ToString() =>
        $"{(Columns.Count > 0 ? $"{Columns.Count} column{(Columns.Count == 1 ? "" : "s")} → " : Image is not null ? "pictures → " : "")}{Shape}{(ClassCount is { } count ? $", {count} classes" : "")}";

    private void CompareColumns(DataContract other, List<string> differences)
    {
        string[] here = [.. Columns.Select(column => column.Name)], there = [.. other.Columns.Select(column => column.Name)];
        if (here.Length == 0 != (there.Length == 0))
        {
            differences.Add(here.Length == 0 ? "examples are arrays here, rows of columns there" : "examples are rows of columns here, arrays there");
            return;
        }

        string[] more = [.. here.Except(there, StringComparer.Ordinal)], fewer = [.. there.Except(here, StringComparer.Ordinal)];
        if (more.Length > 0)
        {
            differences.Add($"only here: {Names(more)}");
        }

        if (fewer.Length > 0)
        {
            differences.Add($"only there: {Names(fewer)}");
        }

        if (more.Length + fewer.Length == 0 && !here.SequenceEqual(there, StringComparer.Ordinal))
        {
            int at = Enumerable.Range(0, here.Length).First(i => here[i] != there[i]);
            differences.Add($"the order of columns differs: column {at + 1} is '{here[at]}' here, '{there[at]}' there");
        }

        foreach (DataColumn column in Columns)
        {
            if (other.Columns.FirstOrDefault(known => known.Name == column.Name) is { } known && known != column)
            {
                string[] added = [.. column.Values.Except(known.Values, StringComparer.Ordinal)], gone = [.. known.Values.Except(column.Values, StringComparer.Ordinal)];
                string values = added.Length + gone.Length == 0 ? "" : $" (names only here: {Names(added)}; only there: {Names(gone)})";
                differences.Add($"the column '{column.Name}' is '{column}' here, '{known}' there{values}");
            }
        }
    }

    private static void CompareNumbers(string what, IReadOnlyList<double> here, IReadOnlyList<double> there, List<string> differences)
    {
        if (!here.SequenceEqual(there))
        {
            differences.Add($"what is {what} the numbers differs: {Numbers(here)} here, {Numbers(there)} there");
        }
    }

    private static string Numbers(IReadOnlyList<double> numbers) => numbers.Count == 0
        ? "nothing"
        : string.Join(", ", numbers.Take(4).Select(number => number.ToString("g6", System.Globalization.CultureInfo.InvariantCulture))) + (numbers.Count > 4 ? ", …" : "");

    private static string Classes(int? count) => count is null ? "no classes" : $"{count} classes";

    private static string Name(IReadOnlyList<string> names, int index) => index < names.Count ? $"'{names[index]}'" : "missing";

    private static string Names(string[] names) => names.Length == 0 ? "none" : string.Join(", ", names.Take(5).Select(name => $"'{name}'")) + (names.Length > 5 ? $", … ({names.Length} in all)" : "");
}
