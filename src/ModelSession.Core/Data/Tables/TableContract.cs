using System.Globalization;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Decides from what columns hold how they become examples.</summary>
internal static class TableContract
{
    // Whole numbers up to here are taken for classes, if nothing else is said.
    private const int MostClasses = 1000;

    // TensorFlow's name for the classes of pictures.
    private const string PictureLabel = "image/class/label";
    private const int MostPictureClasses = 1 << 20;

    // What the invariant culture does not read beyond the 12th day of a month.
    private static readonly string[] s_dayFirst = ["d.M.yyyy", "d.M.yy", "d/M/yyyy", "d-M-yyyy", "d.M.yyyy H:mm", "d.M.yyyy H:mm:ss", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss"];

    private static readonly string[] s_labelNames = ["label", "class", "target", "y", PictureLabel];

    /// <summary>The columns of the label.</summary>
    /// <exception cref="ArgumentException">There is none of a name.</exception>
    public static IReadOnlyList<string> Labels(RowFormat format, TableOptions options)
    {
        if (options.Contract is { } contract)
        {
            return contract.Labels.All(name => format.IndexOf(name) >= 0) ? contract.Labels : [];
        }

        if (options.LabelColumns.Count == 0)
        {
            return [.. format.Columns.Where(name => s_labelNames.Contains(name, StringComparer.OrdinalIgnoreCase)).Take(1)];
        }

        return [.. options.LabelColumns.Select(name => Column(format, name))];
    }

    /// <summary>The columns that become the example.</summary>
    /// <exception cref="ArgumentException">There is none of a name, or none is left.</exception>
    public static IReadOnlyList<string> Features(RowFormat format, TableOptions options, IReadOnlyList<string> labels)
    {
        if (options.Contract is { } contract)
        {
            return [.. contract.Columns.Select(column => column.Name)];
        }

        if (ArePictures(format, options))
        {
            return [];
        }

        IEnumerable<string> wanted = options.Features.Count == 0 ? format.Columns : options.Features.SelectMany(name => Columns(format, name)).Distinct(StringComparer.Ordinal);
        HashSet<string> excluded = [.. options.Excluded.SelectMany(name => Columns(format, name)), .. labels, .. options.WeightColumn is { } weight ? Columns(format, weight) : []];
        string[] left = [.. wanted.Where(name => !excluded.Contains(name))];
        return left.Length > 0 ? left : throw new ArgumentException("No column is left to make an example from.");
    }

    /// <summary>The contract of rows that have been looked at.</summary>
    /// <exception cref="ModelFileException">A column holds what cannot be learnt from.</exception>
    public static DataContract Of(TableScan scan, TableOptions options, IReadOnlyList<string> features, IReadOnlyList<string> labels)
    {
        if (features.Count == 0)
        {
            (int? classes, IReadOnlyList<string> called) = Classes(scan, options, labels);
            return options.Pictures.ContractOf(FirstPicture(scan, options)) with { Labels = labels, ClassCount = classes, ClassNames = called };
        }

        DataColumn[] columns = [.. features.Select(name => Of(scan, options, name))];
        (int? count, IReadOnlyList<string> names) = Classes(scan, options, labels);
        return new DataContract
        {
            Columns = columns,
            Shape = [columns.Sum(column => (long)column.Width)],
            Labels = labels,
            ClassCount = count,
            ClassNames = names,
        };
    }

    /// <summary>Whether examples are pictures: numbers about them, which such files hold too, nobody means unless they are asked for.</summary>
    /// <exception cref="ArgumentException">They are asked for beside other features.</exception>
    public static bool ArePictures(RowFormat format, TableOptions options)
    {
        if (format.PictureColumn is not { } picture)
        {
            return false;
        }

        string[] asked = [.. options.Features.SelectMany(name => Columns(format, name)).Distinct(StringComparer.Ordinal)];
        return asked.Length <= 1 || !asked.Contains(picture)
            ? asked.Length == 0 || asked[0] == picture
            : throw new ArgumentException($"The feature '{picture}' holds pictures, which cannot be mixed with other features. Ask for it alone, or leave it out.");
    }

    private static Pixels<byte> FirstPicture(TableScan scan, TableOptions options)
    {
        RowParser parser = scan.Format.CreateParser();
        int column = scan.Format.IndexOf(scan.Format.PictureColumn!);
        using RowBlock block = scan.Rows.Share().Load(0);
        int row = 0;
        parser.Parse(block, row);
        while (parser.IsMissing(column) && row + 1 < block.Count)
        {
            parser.Parse(block, ++row);
        }

        return TableEncoder.Picture(parser, block, row, column, scan.Format.PictureColumn!, bytes => ImageFile.Decode(bytes, options.Pictures.Channels ?? 0));
    }

    private static (int? Count, IReadOnlyList<string> Names) Classes(TableScan scan, TableOptions options, IReadOnlyList<string> labels) =>
        labels.Count == 1 ? Classes(scan.Columns[scan.Format.IndexOf(labels[0])], options, labels[0]) : (null, []);

    private static DataColumn Of(TableScan scan, TableOptions options, string name)
    {
        ColumnProfile profile = scan.Columns[scan.Format.IndexOf(name)];
        ColumnKind kind = Kind(profile, name, options, scan.Rows.Sources[0].Path);
        double? fill = options.Missing is MissingPolicy.DropRow ? null : options.MissingFill ?? (options.Missing, kind) switch
        {
            (MissingPolicy.Zero, ColumnKind.Category) => -1,
            (MissingPolicy.Mean, ColumnKind.Category) => null,
            (MissingPolicy.Zero, _) => 0,
            (MissingPolicy.Mean, _) => profile.Mean,
            _ => null,
        };
        bool scaled = options.Normalize && kind == ColumnKind.Number;
        return new DataColumn(name, kind)
        {
            Size = kind == ColumnKind.Number ? Math.Max(1, profile.FirstSize) : 1,
            Values = kind == ColumnKind.Category ? [.. profile.Names!.Order(StringComparer.Ordinal)] : [],
            OneHot = kind == ColumnKind.Category && options.OneHot,
            Mean = scaled ? profile.Mean : 0,
            Deviation = scaled ? profile.Deviation : 1,
            Fill = fill,
        };
    }

    private static ColumnKind Kind(ColumnProfile profile, string name, TableOptions options, string? path)
    {
        bool isCategory = options.Categories.Contains(name, StringComparer.OrdinalIgnoreCase);
        // Some words among numbers are mistakes, which are named with their rows when the rows are checked.
        if (!isCategory && (profile.Texts == 0 || profile.Numbers > profile.Texts))
        {
            return ColumnKind.Number;
        }

        if (!isCategory && profile.Numbers == 0 && profile.Booleans == profile.Texts)
        {
            return ColumnKind.Boolean;
        }

        if (!isCategory && DecimalText.HasCommas(profile.Sample))
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, path,
                $"the column '{name}' holds numbers with a decimal comma (such as '{profile.Sample.First(text => text.Contains(',', StringComparison.Ordinal))}'). {DecimalText.Remedy(name)} Or take them for names by -Category '{name}'.");
        }

        if (!isCategory && profile.Numbers > 0)
        {
            string example = profile.Names?.FirstOrDefault(text => !double.TryParse(text, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value)) is { } word ? $" (such as '{word}')" : "";
            throw new ModelFileException(
                StatusCode.InvalidArgument, path,
                $"the column '{name}' holds {profile.Texts:n0} texts{example} and {profile.Numbers:n0} numbers. Take all for names by -Category '{name}', or leave the column out by -Exclude '{name}'.");
        }

        if (!isCategory && profile.Sample.Count > 0 && profile.Sample.All(IsDate))
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, path,
                $"the column '{name}' holds dates, such as '{profile.Sample.First()}'. A model needs numbers: make columns such as the month or the days since a day, and leave this one out: -Exclude '{name}'.");
        }

        if (profile.Names is null)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, path,
                $"the column '{name}' holds more than {ColumnProfile.MostNames:n0} different texts, too many for names of a category. Leave it out: -Exclude '{name}'.");
        }

        return ColumnKind.Category;
    }

    private static bool IsDate(string text) =>
        text.AsSpan().IndexOfAny("-/:.") >= 0
        && (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) || DateTime.TryParseExact(text, s_dayFirst, CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    private static (int? Count, IReadOnlyList<string> Names) Classes(ColumnProfile profile, TableOptions options, string label)
    {
        if (options.ClassNames.Count > 0)
        {
            return (options.ClassNames.Count, options.ClassNames);
        }

        if (options.LabelKind == LabelKind.Number)
        {
            return (null, []);
        }

        int most = label == PictureLabel ? MostPictureClasses : MostClasses;
        bool areNumbers = profile.Numbers > profile.Texts;
        if (!areNumbers && profile.Booleans == profile.Texts && profile.Texts > 0)
        {
            return (2, []);
        }

        if (options.LabelKind != LabelKind.Class && DecimalText.HasCommas(profile.Sample))
        {
            throw new ArgumentException($"The labels are numbers with a decimal comma, such as '{profile.Sample.First(text => text.Contains(',', StringComparison.Ordinal))}'. {DecimalText.Remedy(label)} Or take them for classes by -LabelType Class.");
        }

        if (!areNumbers && profile.Texts > 0)
        {
            IReadOnlyCollection<string> names = profile.Names ?? throw new ArgumentException($"The labels are more than {ColumnProfile.MostNames:n0} different texts, too many for classes.");
            return (names.Count, [.. names.Order(StringComparer.Ordinal)]);
        }

        bool areClasses = profile.IsWhole && profile is { Min: >= 0, Size: 1, NotFinite: 0 } && profile.Max < most;
        if (areClasses)
        {
            return ((int)profile.Max + 1, []);
        }

        return options.LabelKind == LabelKind.Class
            ? throw new ArgumentException($"Classes are whole numbers from 0 to {most - 1}, or texts; the labels go from {profile.Min} to {profile.Max}. Name the classes, or take the labels for numbers.")
            : (null, []);
    }

    // A name as it is, or in other cases; a number counts from 1, from the end if it is below 0.
    private static string Column(RowFormat format, string name) =>
        format.Columns.FirstOrDefault(column => column == name)
        ?? format.Columns.FirstOrDefault(column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase))
        ?? (int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && Math.Abs((long)number) is var place && place >= 1 && place <= format.Columns.Count
            ? format.Columns[number > 0 ? number - 1 : format.Columns.Count + number]
            : throw new ArgumentException($"There is no column '{name}'.{NearestNames.Hint(name, format.Columns)} The columns are {string.Join(", ", format.Columns.Take(20))}{(format.Columns.Count > 20 ? ", …" : "")}."));

    private static IEnumerable<string> Columns(RowFormat format, string pattern) => pattern.AsSpan().ContainsAny('*', '?')
        ? format.Columns.Where(column => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, column, ignoreCase: true))
        : [Column(format, pattern)];
}
