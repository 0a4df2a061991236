using System.Globalization;
using System.Text;

namespace ModelSessions.Data;

/// <summary>Objects as rows: the names of their properties are the columns. They are kept as CSV text, and read as such.</summary>
public sealed class ObjectTable
{
    private readonly StringBuilder _text = new();
    private string[] _columns = [];
    private Dictionary<string, int> _places = [];

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an object; the first says which columns there are.</summary>
    /// <param name="row">Names and values: numbers, texts, true and false; null for a missing value.</param>
    /// <exception cref="ModelFileException">It lacks a column, or has another.</exception>
    public void Add(IEnumerable<KeyValuePair<string, object?>> row)
    {
        KeyValuePair<string, object?>[] values = [.. row];
        if (Count == 0)
        {
            _columns = [.. values.Select(value => value.Key)];
            _places = _columns.Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place, StringComparer.OrdinalIgnoreCase);
            Write(_columns);
        }

        string?[] fields = new string?[_columns.Length];
        bool[] given = new bool[_columns.Length];
        foreach ((string name, object? value) in values)
        {
            if (!_places.TryGetValue(name, out int place))
            {
                throw new ModelFileException(null, Count + 1, null, name, $"there is no such column in the first row; it has {string.Join(", ", _columns.Take(20))}.");
            }

            (fields[place], given[place]) = (Text(value), true);
        }

        int lacking = Array.IndexOf(given, false);
        if (lacking >= 0)
        {
            throw new ModelFileException(null, Count + 1, null, _columns[lacking], "the column is there in the first row, but not here. For a missing value give $null.");
        }

        Write(fields);
        Count++;
    }

    /// <summary>The rows as a dataset.</summary>
    /// <inheritdoc cref="CsvData.Read"/>
    public ModelDataset ToDataset(TableOptions? options = null, CancellationToken cancel = default) =>
        CsvData.Parse(_text.ToString(), (options ?? new TableOptions()) with { Delimiter = ',', Header = true, ColumnNames = [] }, cancel);

    /// <summary>The rows as CSV text.</summary>
    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private void Write(string?[] fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            _text.Append(i > 0 ? "," : "");
            string field = fields[i] ?? "";
            // Quotes keep a row of one empty field from being a blank line.
            if (field.AsSpan().IndexOfAny(",\"\r\n ") >= 0 || fields.Length == 1)
            {
                _text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                _text.Append(field);
            }
        }

        _text.Append('\n');
    }
}
