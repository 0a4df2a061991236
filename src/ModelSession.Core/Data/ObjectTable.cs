using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ModelSessions.Data;

/// <summary>Objects as rows: the names of their properties are the columns. They are kept as CSV text, and read as such.</summary>
public sealed class ObjectTable
{
    private readonly StringBuilder _text = new();
    private Column[] _columns = [];
    private Dictionary<string, int> _places = [];

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an object; the first says which columns there are.</summary>
    /// <param name="row">Names and values: numbers, lists of as many numbers in each row, texts, true and false; null for a missing value. What
    /// else a value is, is an error where its column is read.</param>
    /// <exception cref="ModelFileException">It lacks a column, or has another.</exception>
    public void Add(IEnumerable<KeyValuePair<string, object?>> row)
    {
        KeyValuePair<string, object?>[] values = [.. row];
        if (Count == 0)
        {
            _columns = [.. values.Select(value => new Column(value.Key))];
            _places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            foreach (Column column in _columns)
            {
                if (!_places.TryAdd(column.Name, _places.Count))
                {
                    throw new ModelFileException(null, 1, null, column.Name, "two columns have this name; case does not matter in names of columns. Give one of them another name.");
                }
            }

            Write([.. _columns.Select(column => column.Name)]);
        }

        string?[] fields = new string?[_columns.Length];
        bool[] given = new bool[_columns.Length];
        foreach ((string name, object? value) in values)
        {
            if (!_places.TryGetValue(name, out int place))
            {
                throw new ModelFileException(null, Count + 1, null, name, $"there is no such column in the first row; it has {string.Join(", ", _columns.Take(20).Select(column => column.Name))}.");
            }

            (fields[place], given[place]) = (Field(_columns[place], value), true);
        }

        int lacking = Array.IndexOf(given, false);
        if (lacking >= 0)
        {
            throw new ModelFileException(null, Count + 1, null, _columns[lacking].Name, "the column is there in the first row, but not here. For a missing value give $null.");
        }

        Write(fields);
        Count++;
    }

    /// <summary>The rows as a dataset.</summary>
    /// <inheritdoc cref="CsvData.Read"/>
    public ModelDataset ToDataset(TableOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new TableOptions();
        ByteSource source = ToSource();
        CsvFormat format = FormatOf(source, options);
        IReadOnlyList<string> labels = TableContract.Labels(format, options);
        Check([.. TableContract.Features(format, options, labels), .. labels, .. options.WeightColumn is { } weight ? [weight] : Array.Empty<string>()]);
        return TableReader.Read([source], [], [], _ => format, options, cancel);
    }

    /// <summary>The rows as CSV text.</summary>
    internal ByteSource ToSource() => ByteSource.OfMemory(Encoding.UTF8.GetBytes(_text.ToString()), hasLines: false);

    /// <summary>How that text is read.</summary>
    internal CsvFormat FormatOf(ByteSource source, TableOptions options) =>
        CsvFormat.Of(source, options with { Delimiter = ',', Header = true, ColumnNames = [] }, [.. _columns.Select(column => Math.Max(1, column.Size))]);

    /// <summary>Refuses values that are none, in columns that are read; the others may hold what they like.</summary>
    /// <exception cref="ModelFileException">There is one: the message names row and column.</exception>
    internal void Check(IEnumerable<string> columns)
    {
        ModelFileException? first = columns.Where(_places.ContainsKey).Select(name => _columns[_places[name]].Fault).OfType<ModelFileException>().MinBy(fault => fault.Row);
        if (first is not null)
        {
            throw first;
        }
    }

    private string? Field(Column column, object? value)
    {
        if (column.Fault is not null || value is null or DBNull or "")
        {
            return null;
        }

        string? text, fault;
        int size = 1;
        // What is enumerated and cannot be counted may have no end.
        if (value is ICollection list and not IDictionary)
        {
            text = Numbers(list, out size, out fault);
        }
        else
        {
            text = Text(value);
            fault = text is not null ? null
                : $"it is an object ({value.GetType().Name}) and no value. Make columns of its parts: Select-Object *, @{{ Name = 'part'; Expression = {{ $_.{column.Name}.part }} }}. Or leave the column out by -Exclude '{column.Name}'.";
        }

        fault ??= column.Size == 0 || column.Size == size ? null
            : $"it is {Counted(size)}, but {Counted(column.Size)} in the rows before; all must be as many. Fill the shorter ones up, give $null for a missing value, or leave the column out by -Exclude '{column.Name}'.";
        column.Fault = fault is null ? null : new ModelFileException(null, Count + 1, null, column.Name, fault);
        column.Size = size;
        return text;
    }

    private static string Counted(int size) => size == 1 ? "one value" : $"a list of {size:n0} numbers";

    private static string? Numbers(IEnumerable list, out int size, out string? fault)
    {
        StringBuilder text = new();
        size = 0;
        fault = null;
        foreach (object? item in list)
        {
            if (list is Array { Rank: > 1 } || (item is IEnumerable and not string))
            {
                fault = "it is a list of lists; a column holds a number or a flat list of numbers. Arrays of more dimensions are given by -InputArray.";
                return null;
            }

            if (!IsNumber(item))
            {
                fault = $"it is a list in which {(item is null ? "$null" : $"'{Text(item) ?? item.GetType().Name}'")} is no number. Lists must be of numbers; of a list of texts make one text, by -join, or a column for each.";
                return null;
            }

            text.Append(size++ > 0 ? CsvFormat.ListMark : "").Append(Text(item!));
        }

        fault = size > 0 ? null : "it is an empty list. For a missing value give $null.";
        return text.ToString();
    }

    private static bool IsNumber(object? value) =>
        value is byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal or Half or BFloat16 or BigInteger;

    // Null for what has no text but the name of its type.
    private static string? Text(object value) => value switch
    {
        IDictionary or Tensor => null,
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string text => text,
        _ => value.ToString() is { Length: > 0 } text && !text.StartsWith(value.GetType().ToString(), StringComparison.Ordinal) ? text : null,
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

    private sealed class Column(string name)
    {
        public string Name => name;

        /// <summary>How many numbers a value is; 0 before there was one.</summary>
        public int Size { get; set; }

        /// <summary>The first value that is none.</summary>
        public ModelFileException? Fault { get; set; }
    }
}
