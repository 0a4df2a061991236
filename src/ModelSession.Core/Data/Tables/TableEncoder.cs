using System.Text;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Turns rows into the numbers of examples and labels, as a contract says; for one thread at a time.</summary>
internal sealed class TableEncoder
{
    private readonly Source[] _inputs;
    private readonly int[] _labels;
    private readonly DataContract _contract;
    private readonly Dictionary<string, int> _classes;
    private readonly double[] _numbers;
    private readonly string? _picture;
    private readonly int _pictureIndex;
    private readonly float[] _pixels;

    /// <summary>An encoder of rows in a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="hasLabels">Whether rows have labels.</param>
    /// <exception cref="GraphException">The format lacks columns.</exception>
    public TableEncoder(RowFormat format, DataContract contract, bool hasLabels)
    {
        _contract = contract;
        string[] lacking = [.. contract.Columns.Select(column => column.Name).Concat(hasLabels ? contract.Labels : []).Where(name => format.IndexOf(name) < 0)];
        if (lacking.Length > 0)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The data lack {string.Join(" and ", lacking.Select(name => $"the column '{name}'"))}.{string.Concat(lacking.Take(1).Select(name => NearestNames.Hint(name, format.Columns)))} They have {string.Join(", ", format.Columns.Take(20))}{(format.Columns.Count > 20 ? ", …" : "")}.");
        }

        _inputs = [.. contract.Columns.Select(column => new Source(column, format.IndexOf(column.Name)))];
        _labels = hasLabels ? [.. contract.Labels.Select(format.IndexOf)] : [];
        _classes = Numbered(contract.ClassNames);
        _numbers = new double[contract.Columns.Select(column => column.Size).Append(1).Max()];
        if (contract.Image is not null)
        {
            _picture = format.PictureColumn ?? throw new GraphException(StatusCode.InvalidArgument, $"The model learnt from pictures; the data have none. They have {string.Join(", ", format.Columns.Take(20))}.");
            _pictureIndex = format.IndexOf(_picture);
        }

        _pixels = new float[_picture is null ? 0 : contract.Shape.ElementCount];
        InputWidth = _picture is null ? contract.Columns.Sum(column => column.Width) : _pixels.Length;
        LabelNames = hasLabels ? contract.Labels : [];
    }

    /// <summary>How many numbers an example is.</summary>
    public int InputWidth { get; }

    /// <summary>The columns of the label.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>Whether a text is true or false.</summary>
    public static bool TryBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(text, "true"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8);
    }

    /// <summary>Makes something of the picture that a row holds.</summary>
    /// <exception cref="ModelFileException">There is none, or it is damaged: the message says where.</exception>
    public static T Picture<T>(RowParser parser, RowBlock block, int row, int index, string column, Func<byte[], T> decode)
    {
        if (parser.IsMissing(index))
        {
            throw block.Fault(row, column, "the picture is missing. Leave such rows out by -MissingValue DropRow.");
        }

        try
        {
            return decode(parser.Text(index).ToArray());
        }
        catch (ModelFileException error)
        {
            throw block.Fault(row, column, error.Detail);
        }
    }

    /// <summary>Whether a value of the row that is needed is not there.</summary>
    public bool LacksValues(RowParser parser)
    {
        if (_picture is not null && parser.IsMissing(_pictureIndex))
        {
            return true;
        }

        foreach (Source source in _inputs)
        {
            if (source.Column.Fill is null && parser.IsMissing(source.Index))
            {
                return true;
            }
        }

        foreach (int label in _labels)
        {
            if (parser.IsMissing(label))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the row that a parser has taken apart.</summary>
    /// <exception cref="ModelFileException">A value is missing, or none that can stand there.</exception>
    public void Encode(RowParser parser, RowBlock block, int row, Span<double> inputs, Span<double> labels)
    {
        if (_picture is not null)
        {
            Picture(parser, block, row, inputs);
        }

        int at = 0;
        foreach (Source source in _inputs)
        {
            Span<double> target = inputs.Slice(at, source.Column.Width);
            at += target.Length;
            Encode(parser, block, row, source, target);
        }

        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = Label(parser, block, row, i);
        }
    }

    private void Picture(RowParser parser, RowBlock block, int row, Span<double> inputs)
    {
        Pixels<byte> picture = Picture(parser, block, row, _pictureIndex, _picture!, bytes => ImageFile.Decode(bytes, _contract.Image!.Channels));
        ImageExample.Put(picture, _contract.Image!, _contract, _pixels, inputs);
    }

    private static void Encode(RowParser parser, RowBlock block, int row, in Source source, Span<double> target)
    {
        DataColumn column = source.Column;
        if (parser.IsMissing(source.Index))
        {
            double fill = column.Fill ?? throw block.Fault(
                row, column.Name, "the value is missing. Say what becomes of missing values: -MissingValue DropRow, Zero or Mean, or a number by -MissingFill.");
            Write(column, fill, target);
            return;
        }

        switch (column.Kind)
        {
            case ColumnKind.Number:
                Numbers(parser, block, row, source, target);
                break;
            case ColumnKind.Boolean:
                Write(column, Boolean(parser, block, row, source), target);
                break;
            default:
                ReadOnlySpan<byte> text = parser.Text(source.Index);
                Write(column, source.Number(text) ?? throw block.Fault(row, column.Name, $"'{Shown(text)}' is none of the {column.Values.Count} names that the column has: {Listed(column.Values)}."), target);
                break;
        }
    }

    private static void Numbers(RowParser parser, RowBlock block, int row, in Source source, Span<double> target)
    {
        DataColumn column = source.Column;
        int size = parser.Size(source.Index);
        if (size != column.Size)
        {
            throw block.Fault(row, column.Name, $"there are {size} values; {column.Size} are expected.");
        }

        if (!parser.TryNumbers(source.Index, target))
        {
            throw block.Fault(
                row, column.Name,
                $"expected a number, found '{Shown(parser.Text(source.Index))}'. {(DecimalText.HasComma(Shown(parser.Text(source.Index))) ? DecimalText.Remedy(column.Name) : "Leave the column out by -Exclude, take its values for names by -Category, or add the word to -MissingWord.")}");
        }

        foreach (ref double number in target)
        {
            if (!double.IsFinite(number))
            {
                throw block.Fault(row, column.Name, $"the number is {number}; a model cannot learn from that. Take it for a missing value by -MissingWord NaN, or leave the row out.");
            }

            number = (number - column.Mean) / column.Deviation;
        }
    }

    private static double Boolean(RowParser parser, RowBlock block, int row, in Source source)
    {
        ReadOnlySpan<byte> text = parser.Text(source.Index);
        return TryBoolean(text, out bool value) ? value ? 1 : 0
            : FastNumber.TryParse(text, out double number) && number is 0 or 1 ? number
            : throw block.Fault(row, source.Column.Name, $"expected true or false, found '{Shown(text)}'.");
    }

    private static void Write(DataColumn column, double value, Span<double> target)
    {
        if (column.OneHot)
        {
            target.Clear();
            if (value >= 0 && value < target.Length)
            {
                target[(int)value] = 1;
            }

            return;
        }

        target.Fill(column.Kind == ColumnKind.Number ? (value - column.Mean) / column.Deviation : value);
    }

    private double Label(RowParser parser, RowBlock block, int row, int index)
    {
        int column = _labels[index];
        string name = LabelNames[index];
        if (parser.IsMissing(column))
        {
            throw block.Fault(row, name, "the label is missing. Leave such rows out by -MissingValue DropRow.");
        }

        ReadOnlySpan<byte> text = parser.Text(column);
        if (_contract.ClassCount is not { } classes)
        {
            return parser.Size(column) == 1 && parser.TryNumbers(column, _numbers) && double.IsFinite(_numbers[0])
                ? _numbers[0]
                : throw block.Fault(row, name, $"expected a number as label, found '{Shown(text)}'.{(DecimalText.HasComma(Shown(text)) ? $" {DecimalText.Remedy(name)}" : "")}");
        }

        if (Number(_classes, text) is { } known)
        {
            return known;
        }

        if (TryBoolean(text, out bool value) && classes == 2 && _contract.ClassNames.Count == 0)
        {
            return value ? 1 : 0;
        }

        return parser.Size(column) == 1 && parser.TryNumbers(column, _numbers) && _numbers[0] == Math.Floor(_numbers[0]) && _numbers[0] >= 0 && _numbers[0] < classes
            ? _numbers[0]
            : throw block.Fault(
                row, name,
                $"the label is '{Shown(text)}'; {(_contract.ClassNames.Count > 0 ? $"the classes are {Listed(_contract.ClassNames)}" : $"classes are 0 to {classes - 1}")}.");
    }

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(12)) + (names.Count > 12 ? ", …" : "");

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 60)]) + (text.Length > 60 ? "…" : "");

    private static Dictionary<string, int> Numbered(IReadOnlyList<string> names)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
        {
            numbers.TryAdd(names[i], i);
        }

        return numbers;
    }

    private static double? Number(Dictionary<string, int> names, ReadOnlySpan<byte> text)
    {
        Span<char> letters = stackalloc char[256];
        return names.Count > 0 && text.Length <= letters.Length && Encoding.UTF8.TryGetChars(text, letters, out int count)
            && names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters[..count], out int number) ? number : null;
    }

    private readonly struct Source(DataColumn column, int index)
    {
        private readonly Dictionary<string, int> _names = Numbered(column.Values);

        public DataColumn Column { get; } = column;

        public int Index { get; } = index;

        public double? Number(ReadOnlySpan<byte> text) => TableEncoder.Number(_names, text);
    }
}
