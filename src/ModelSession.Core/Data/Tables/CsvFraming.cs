namespace ModelSessions.Data;

/// <summary>Finds the rows of a CSV text: lines, but those that end within quotes go on. Blank lines are none.</summary>
internal sealed class CsvFraming(byte delimiter, IReadOnlyList<string>? header, Func<ReadOnlyMemory<byte>, string[]> fields) : RowFraming
{
    private const byte Quote = (byte)'"';

    public override bool HasLines => true;

    public override int Header(ByteSource source, ReadOnlySpan<byte> bytes, bool isEnd)
    {
        int mark = CsvFormat.ByteOrderMark(bytes);
        if (header is null)
        {
            return mark;
        }

        int end = RowEnd(bytes, mark, isEnd);
        if (end < 0)
        {
            return -1;
        }

        string[] found = fields(Trimmed(bytes[mark..end]).ToArray());
        if (!found.SequenceEqual(header, StringComparer.Ordinal))
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, source.Path,
                $"its columns are {string.Join(", ", found.Take(20))}; those of the first file are {string.Join(", ", header.Take(20))}. Files that are read together have the same columns in the same order.");
        }

        return Math.Min(end + 1, bytes.Length);
    }

    public override int Split(RowBlock block, int length, bool isEnd, long offset)
    {
        ReadOnlySpan<byte> bytes = block.Bytes.AsSpan(0, length);
        int at = 0;
        while (at < length && block.Count < MostRows)
        {
            int end = RowEnd(bytes, at, isEnd);
            if (end < 0)
            {
                break;
            }

            int size = Trimmed(bytes[at..end]).Length;
            if (size > 0)
            {
                block.Add(at, size);
            }

            at = Math.Min(end + 1, length);
        }

        return at;
    }

    /// <summary>Where the row ends that begins at a place: at its line feed, or at the end of all; −1 if that is not among the bytes.</summary>
    private int RowEnd(ReadOnlySpan<byte> bytes, int at, bool isEnd)
    {
        int found = bytes[at..].IndexOf((byte)'\n');
        int end = found >= 0 ? at + found : bytes.Length;
        if (bytes[at..end].Contains(Quote))
        {
            end = QuotedEnd(bytes, at);
            return end < bytes.Length || isEnd ? end : -1;
        }

        return found >= 0 || isEnd ? end : -1;
    }

    // A quote opens where a field begins; within it, two are one.
    private int QuotedEnd(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            if (bytes[at] == Quote)
            {
                at++;
                while (at < bytes.Length)
                {
                    int close = bytes[at..].IndexOf(Quote);
                    at = close < 0 ? bytes.Length : at + close + 1;
                    if (at >= bytes.Length || bytes[at] != Quote)
                    {
                        break;
                    }

                    at++;
                }
            }

            int next = bytes[at..].IndexOfAny(delimiter, (byte)'\n');
            if (next < 0)
            {
                return bytes.Length;
            }

            at += next;
            if (bytes[at] == (byte)'\n')
            {
                return at;
            }

            at++;
        }

        return at;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> row) => row.EndsWith("\r"u8) ? row[..^1] : row;
}
