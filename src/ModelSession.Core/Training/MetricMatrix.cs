using System.Globalization;

namespace ModelSessions;

/// <summary>A metric that is a table of numbers. Of a confusion matrix, rows are the labels and columns the predictions.</summary>
public sealed class MetricMatrix
{
    private readonly double[] _values;

    internal MetricMatrix(string name, long rows, long columns, double[] values) => (Name, RowCount, ColumnCount, _values) = (name, rows, columns, values);

    /// <summary>The metric's name.</summary>
    public string Name { get; }

    /// <summary>The number of rows.</summary>
    public long RowCount { get; }

    /// <summary>The number of columns.</summary>
    public long ColumnCount { get; }

    /// <summary>A number.</summary>
    public double this[long row, long column] => row >= 0 && row < RowCount && column >= 0 && column < ColumnCount
        ? _values[(row * ColumnCount) + column]
        : throw new ArgumentOutOfRangeException(nameof(row), $"'{Name}' has {RowCount} rows and {ColumnCount} columns; there is no [{row}, {column}].");

    /// <summary>A row's numbers.</summary>
    public double[] Row(long row) => [.. Enumerable.Range(0, (int)ColumnCount).Select(column => this[row, column])];

    /// <summary>The table, with the numbers of rows and columns at its edges.</summary>
    public override string ToString()
    {
        string[][] lines =
        [
            ["", .. Enumerable.Range(0, (int)ColumnCount).Select(column => Text(column))],
            .. Enumerable.Range(0, (int)RowCount).Select(row => (string[])[Text(row), .. Row(row).Select(Text)]),
        ];
        int[] widths = [.. Enumerable.Range(0, (int)ColumnCount + 1).Select(column => lines.Max(line => line[column].Length))];
        return string.Join(Environment.NewLine, lines.Select(line => string.Join("  ", line.Select((cell, column) => cell.PadLeft(widths[column])))));
    }

    /// <summary>A tensor's numbers.</summary>
    /// <exception cref="GraphException">It has not two dimensions, or holds no numbers.</exception>
    internal static MetricMatrix Of(string name, Tensor value) => value.Shape.Rank != 2
        ? throw new GraphException(StatusCode.InvalidArgument, $"The metric '{name}' is {value.Describe()}; a metric must be one number, or a table of numbers.", name)
        : new(name, value.Shape[0], value.Shape[1], value.DType switch
        {
            DType.Float32 => [.. value.Span<float>().ToArray().Select(number => (double)number)],
            DType.Float64 => value.Span<double>().ToArray(),
            DType.Int32 => [.. value.Span<int>().ToArray().Select(number => (double)number)],
            DType.Int64 => [.. value.Span<long>().ToArray().Select(number => (double)number)],
            _ => throw new GraphException(StatusCode.InvalidArgument, $"The metric '{name}' is {value.Describe()}; a metric must hold numbers.", name),
        });

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
