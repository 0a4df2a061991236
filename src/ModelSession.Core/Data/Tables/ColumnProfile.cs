using System.Text;

namespace ModelSessions.Data;

/// <summary>What a column holds, as far as it has been looked at.</summary>
internal sealed class ColumnProfile
{
    /// <summary>A column with more different texts than this is no category.</summary>
    public const int MostNames = 1000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private double[] _numbers = new double[1];

    /// <summary>Whether texts are noted even if they are numbers.</summary>
    public bool KeepsNumbers { get; init; }

    /// <summary>Values that are not there.</summary>
    public long Missing { get; private set; }

    /// <summary>Values that are numbers.</summary>
    public long Numbers { get; private set; }

    /// <summary>Values that are neither numbers nor missing.</summary>
    public long Texts { get; private set; }

    /// <summary>Texts that are true or false.</summary>
    public long Booleans { get; private set; }

    /// <summary>Numbers that are NaN or infinite.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Whether all numbers are whole.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>How many numbers a value is; −1 if that differs, 0 before there was one.</summary>
    public int Size { get; private set; }

    /// <summary>How many numbers the first value is.</summary>
    public int FirstSize { get; private set; }

    /// <summary>The smallest number.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest number.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>How many numbers are in <see cref="Mean"/>.</summary>
    public long TrainingNumbers { get; private set; }

    /// <summary>The mean of the training rows' numbers.</summary>
    public double Mean { get; private set; }

    /// <summary>The standard deviation of the training rows' numbers; 1 where they are all the same.</summary>
    public double Deviation => TrainingNumbers > 0 && _squares > 0 ? Math.Sqrt(_squares / TrainingNumbers) : 1;

    /// <summary>The texts; null if there are too many.</summary>
    public IReadOnlyCollection<string>? Names => _names.Count <= MostNames ? _names : null;

    /// <summary>The first texts that differ, however many there are.</summary>
    public IReadOnlyCollection<string> Sample => _names;

    private double _squares;

    /// <summary>Looks at a value.</summary>
    public void Add(RowParser parser, int column, bool isTraining)
    {
        if (parser.IsMissing(column))
        {
            Missing++;
            return;
        }

        int size = parser.Size(column);
        FirstSize = FirstSize == 0 ? size : FirstSize;
        Size = Size == 0 || Size == size ? size : -1;
        if (_numbers.Length < size)
        {
            _numbers = new double[size];
        }

        if (parser.TryNumbers(column, _numbers.AsSpan(0, size)))
        {
            Numbers++;
            Add(_numbers.AsSpan(0, size), isTraining);
            if (KeepsNumbers)
            {
                AddName(parser.Text(column));
            }

            return;
        }

        Texts++;
        ReadOnlySpan<byte> text = parser.Text(column);
        Booleans += TableEncoder.TryBoolean(text, out _) ? 1 : 0;
        AddName(text);
    }

    /// <summary>Adds what was found in the rows that follow.</summary>
    public void Add(ColumnProfile next)
    {
        Missing += next.Missing;
        Numbers += next.Numbers;
        Texts += next.Texts;
        Booleans += next.Booleans;
        NotFinite += next.NotFinite;
        IsWhole &= next.IsWhole;
        FirstSize = FirstSize == 0 ? next.FirstSize : FirstSize;
        Size = Size == 0 || next.Size == Size ? next.Size : next.Size == 0 ? Size : -1;
        Min = Math.Min(Min, next.Min);
        Max = Math.Max(Max, next.Max);
        foreach (string name in next._names)
        {
            AddName(name);
        }

        // Chan, Golub and LeVeque: means and squares of two parts.
        long count = TrainingNumbers + next.TrainingNumbers;
        if (next.TrainingNumbers > 0)
        {
            double delta = next.Mean - Mean;
            _squares += next._squares + delta * delta * TrainingNumbers * next.TrainingNumbers / count;
            Mean += delta * next.TrainingNumbers / count;
            TrainingNumbers = count;
        }
    }

    private void Add(ReadOnlySpan<double> numbers, bool isTraining)
    {
        foreach (double number in numbers)
        {
            if (!double.IsFinite(number))
            {
                NotFinite++;
                continue;
            }

            IsWhole = IsWhole && number == Math.Floor(number);
            Min = Math.Min(Min, number);
            Max = Math.Max(Max, number);
            if (isTraining)
            {
                TrainingNumbers++;
                double delta = number - Mean;
                Mean += delta / TrainingNumbers;
                _squares += delta * (number - Mean);
            }
        }
    }

    private void AddName(ReadOnlySpan<byte> text)
    {
        if (_names.Count <= MostNames)
        {
            // Decoded on the stack: most names are known already.
            Span<char> letters = stackalloc char[256];
            if (text.Length <= letters.Length && Encoding.UTF8.TryGetChars(text, letters, out int count))
            {
                HashSet<string>.AlternateLookup<ReadOnlySpan<char>> names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
                names.Add(letters[..count]);
            }
            else
            {
                // Only the beginning of a very long text: what is so long is no name.
                _names.Add(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 1024)]));
            }
        }
    }

    private void AddName(string name)
    {
        if (_names.Count <= MostNames)
        {
            _names.Add(name);
        }
    }
}
