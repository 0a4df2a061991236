using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Takes comma-separated values apart as they are read. A record ends with its line, unless that is inside of quotes.</summary>
internal sealed class CsvRecords(Stream stream, CsvLayout layout) : IDisposable
{
    private const byte Quote = (byte)'"';
    private const int End = -1;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>The fields of the next record; null at the end. A record that is unsound is read to its end all the same.</summary>
    /// <exception cref="EngineException">It is unsound.</exception>
    public List<byte[]>? Next(Func<long, bool> takes)
    {
        if (Peek() == End)
        {
            return null;
        }

        List<byte[]> fields = [];
        EngineException? failure = null;
        bool more = true;
        for (long column = 0; more; column++)
        {
            MemoryStream field = new();
            more = layout.Quotes && Peek() == Quote ? ReadQuoted(field, ref failure) : ReadPlain(field, ref failure);
            if (takes(column))
            {
                fields.Add(field.ToArray());
            }
        }

        return failure is null ? fields : throw failure;
    }

    public void Dispose() => stream.Dispose();

    // Whether another field follows.
    private bool ReadPlain(MemoryStream field, ref EngineException? failure)
    {
        while (true)
        {
            int letter = Read();
            if (IsBreak(letter))
            {
                return false;
            }

            if (letter == layout.Delimiter)
            {
                return true;
            }

            if (layout.Quotes && letter == Quote)
            {
                failure ??= Failure.Invalid("Unquoted fields cannot have quotes inside");
            }

            field.WriteByte((byte)letter);
        }
    }

    private bool ReadQuoted(MemoryStream field, ref EngineException? failure)
    {
        Read();
        while (true)
        {
            int letter = Read();
            if (letter == End)
            {
                failure ??= Failure.Invalid("Reached end of file without closing quoted field in record");
                return false;
            }

            if (letter != Quote)
            {
                field.WriteByte((byte)letter);
                continue;
            }

            int next = Read();
            if (next == layout.Delimiter)
            {
                return true;
            }

            if (IsBreak(next))
            {
                return false;
            }

            if (next != Quote)
            {
                failure ??= Failure.Invalid("Quote inside a string has to be escaped by another quote");
            }

            field.WriteByte((byte)next);
        }
    }

    // An end of line may have two letters.
    private bool IsBreak(int letter)
    {
        if (letter == '\r' && Peek() == '\n')
        {
            Read();
        }

        return letter is End or '\n' or '\r';
    }

    private int Peek()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = stream.Read(_buffer);
        }

        return _end == 0 ? End : _buffer[_start];
    }

    private int Read()
    {
        int letter = Peek();
        _start += letter == End ? 0 : 1;
        return letter;
    }
}
