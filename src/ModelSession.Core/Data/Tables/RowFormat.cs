namespace ModelSessions.Data;

/// <summary>A form in which rows with named columns stand in files.</summary>
internal abstract class RowFormat
{
    /// <summary>The names of the columns, in their order.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The column that holds whole files of pictures; null if there is none.</summary>
    public virtual string? PictureColumn => null;

    /// <summary>Finds the rows.</summary>
    public abstract RowFraming Framing { get; }

    /// <summary>Something that takes rows apart; for one thread at a time.</summary>
    public abstract RowParser CreateParser();

    /// <summary>The column of a name, as the data write it.</summary>
    public int IndexOf(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Takes rows apart into the values of their columns.</summary>
internal abstract class RowParser
{
    /// <summary>Takes a row apart; what is asked for then is of it.</summary>
    /// <exception cref="ModelFileException">It has not the columns that it should have.</exception>
    public abstract void Parse(RowBlock block, int row);

    /// <summary>Whether a value is not there.</summary>
    public abstract bool IsMissing(int column);

    /// <summary>How many numbers a value is.</summary>
    public virtual int Size(int column) => 1;

    /// <summary>A value's numbers; false if it is none.</summary>
    public abstract bool TryNumbers(int column, Span<double> numbers);

    /// <summary>A value as text, UTF-8.</summary>
    public abstract ReadOnlySpan<byte> Text(int column);
}
