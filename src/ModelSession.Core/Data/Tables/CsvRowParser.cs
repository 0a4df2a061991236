using System.Text;

namespace ModelSessions.Data;

/// <summary>Takes rows of CSV text apart: at the delimiters, where there is no quote; else as CsvHelper does.</summary>
internal sealed class CsvRowParser(CsvFormat format, byte delimiter, byte[][] missing) : RowParser
{
    private readonly int[] _starts = new int[format.Columns.Count];
    private readonly int[] _lengths = new int[format.Columns.Count];
    private byte[] _bytes = [];

    public override void Parse(RowBlock block, int row)
    {
        ReadOnlySpan<byte> bytes = block[row];
        if (bytes.Contains((byte)'"'))
        {
            ParseQuoted(block, row);
            return;
        }

        _bytes = block.Bytes;
        int start = block.Start(row), end = start + bytes.Length;
        for (int column = 0; ; column++)
        {
            int found = _bytes.AsSpan(start, end - start).IndexOf(delimiter);
            if (column == _starts.Length || (found < 0 && column + 1 < _starts.Length))
            {
                throw Ragged(block, row, bytes.Count(delimiter) + 1);
            }

            (_starts[column], _lengths[column]) = (start, found < 0 ? end - start : found);
            if (found < 0)
            {
                return;
            }

            start += found + 1;
        }
    }

    public override bool IsMissing(int column)
    {
        ReadOnlySpan<byte> text = Text(column);
        if (text.IsEmpty)
        {
            return true;
        }

        foreach (byte[] word in missing)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    public override int Size(int column) => format.Sizes?[column] ?? 1;

    public override bool TryNumbers(int column, Span<double> numbers)
    {
        ReadOnlySpan<byte> text = Text(column);
        if (Size(column) == 1)
        {
            return FastNumber.TryParse(text, out numbers[0]);
        }

        int at = 0;
        foreach (Range part in text.Split((byte)CsvFormat.ListMark))
        {
            if (at == numbers.Length || !FastNumber.TryParse(text[part], out numbers[at++]))
            {
                return false;
            }
        }

        return at == numbers.Length;
    }

    public override ReadOnlySpan<byte> Text(int column)
    {
        ReadOnlySpan<byte> text = _bytes.AsSpan(_starts[column], _lengths[column]);
        return text.IsEmpty || (text[0] > ' ' && text[^1] > ' ') ? text : text.Trim(" \t"u8);
    }

    private void ParseQuoted(RowBlock block, int row)
    {
        string[] fields;
        try
        {
            fields = format.Fields(block.Memory(row));
        }
        catch (FormatException error)
        {
            throw block.Fault(row, null, $"{error.Message} Put the field into quotes, and double those within it.");
        }

        if (fields.Length != _starts.Length)
        {
            throw Ragged(block, row, fields.Length);
        }

        _bytes = new byte[fields.Sum(field => Encoding.UTF8.GetByteCount(field))];
        int at = 0;
        for (int i = 0; i < fields.Length; i++)
        {
            (_starts[i], _lengths[i]) = (at, Encoding.UTF8.GetBytes(fields[i], _bytes.AsSpan(at)));
            at += _lengths[i];
        }
    }

    private ModelFileException Ragged(RowBlock block, int row, int found) => block.Fault(
        row, null, $"it has {found} fields, but there are {format.Columns.Count} columns ({string.Join(", ", format.Columns.Take(8))}{(format.Columns.Count > 8 ? ", …" : "")}).");
}
