using System.Globalization;
using System.Text;
using CsvHelper;

namespace ModelSessions.Data;

/// <summary>Rows as CSV text, UTF-8.</summary>
internal sealed class CsvFormat : RowFormat
{
    /// <summary>Stands between the numbers of a list in one field.</summary>
    public const char ListMark = ';';

    private static readonly byte[] s_delimiters = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    private readonly byte _delimiter;
    private readonly CsvReaderOptions _reading;
    private readonly byte[][] _missing;

    private CsvFormat(byte delimiter, IReadOnlyList<string>? header, IReadOnlyList<string> columns, IReadOnlyList<string> missing, int[]? sizes = null)
    {
        _delimiter = delimiter;
        _reading = CsvReaderOptions.Default with { Separator = (char)delimiter, HasHeader = false, SkipEmptyLines = false, MaxRecordSize = BlockReader.LargestRow + 1 };
        _missing = [.. missing.Select(Encoding.UTF8.GetBytes)];
        Columns = columns;
        Sizes = sizes;
        Framing = new CsvFraming(delimiter, header, Fields);
    }

    public override IReadOnlyList<string> Columns { get; }

    /// <summary>How many numbers a value of each column is, in lists; null where there are no lists.</summary>
    public IReadOnlyList<int>? Sizes { get; }

    public override RowFraming Framing { get; }

    /// <summary>The format of a file, from its first row.</summary>
    /// <param name="source">The file.</param>
    /// <param name="options">Delimiter and header, as far as they are said.</param>
    /// <param name="sizes">How many numbers a value of each column is; null where there are no lists.</param>
    /// <exception cref="ModelFileException">It is empty or no UTF-8 text, or a column has no name or that of another.</exception>
    public static CsvFormat Of(ByteSource source, TableOptions options, int[]? sizes = null)
    {
        byte[] row = FirstRow(source);
        byte delimiter = options.Delimiter is { } given ? checked((byte)given) : Delimiter(row);
        string[] first = new CsvFormat(delimiter, null, [], []).Fields(row);
        bool hasHeader = options.Header ?? (options.ColumnNames.Count == 0 && !first.Any(IsNumber));
        string[] names = options.ColumnNames.Count > 0
            ? [.. options.ColumnNames]
            : hasHeader ? first : [.. first.Select((_, i) => $"Column{i + 1}")];
        Check(source, first, names);
        return new CsvFormat(delimiter, hasHeader ? first : null, names, options.MissingValues, sizes);
    }

    /// <summary>The length of a byte order mark; one of another encoding than UTF-8 is refused.</summary>
    public static int ByteOrderMark(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => throw new ModelFileException(
            StatusCode.InvalidArgument, null, "the text is UTF-16. CSV files are read as UTF-8; write it so: Get-Content x.csv | Set-Content -Encoding utf8 y.csv."),
        _ => 0,
    };

    public override RowParser CreateParser() => new CsvRowParser(this, _delimiter, _missing);

    /// <summary>The fields of a row in which there are quotes.</summary>
    /// <exception cref="FormatException">The quotes are not as they should be.</exception>
    public string[] Fields(ReadOnlyMemory<byte> row)
    {
        try
        {
            using CsvReader reader = CsvReader.Create(row, _reading);
            return reader.Read() ? [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)] : [""];
        }
        catch (CsvFormatException error)
        {
            throw new FormatException("its quotes are not as they should be.", error);
        }
    }

    private static byte[] FirstRow(ByteSource source)
    {
        CsvFraming framing = new((byte)',', null, _ => []);
        using BlockReader reader = new(source, framing);
        using RowBlock? block = reader.Next();
        if (block is null)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, source.Path, "there are no rows in it.");
        }

        ReadOnlySpan<byte> row = block[0];
        return row.Contains((byte)0)
            ? throw new ModelFileException(StatusCode.InvalidArgument, source.Path, "this is no text: there are zero bytes in it. CSV files are UTF-8; for other files give -Format.")
            : row.ToArray();
    }

    // The one that stands most often outside of quotes.
    private static byte Delimiter(byte[] row)
    {
        int[] counts = new int[s_delimiters.Length];
        bool quoted = false;
        foreach (byte letter in row)
        {
            quoted ^= letter == '"';
            int index = quoted ? -1 : Array.IndexOf(s_delimiters, letter);
            if (index >= 0)
            {
                counts[index]++;
            }
        }

        return s_delimiters[Array.IndexOf(counts, counts.Max())];
    }

    private static bool IsNumber(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void Check(ByteSource source, string[] first, string[] names)
    {
        if (names.Length != first.Length)
        {
            throw new ModelFileException(StatusCode.InvalidArgument, source.Path, $"there are {names.Length} names for columns, but the first row has {first.Length} fields.");
        }

        int nameless = Array.FindIndex(names, string.IsNullOrWhiteSpace);
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (nameless >= 0 || twice is not null)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, source.Path,
                $"{(nameless >= 0 ? $"column {nameless + 1} has no name" : $"two columns are called '{twice}'")} in the header. Correct the header, or remove it and give names by -Header.");
        }
    }
}
