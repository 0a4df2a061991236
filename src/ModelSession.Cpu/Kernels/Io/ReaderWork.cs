using System.Text;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Data;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Io;

/// <summary>The unit of work itself is the only record.</summary>
/// <param name="name">Its name.</param>
/// <param name="read">Its value.</param>
internal sealed class WholeWork(string name, Func<byte[]> read) : IReaderWork
{
    public bool Next(out ReaderRecord record, out bool isLast)
    {
        record = new ReaderRecord(Encoding.UTF8.GetBytes(name), read());
        return isLast = true;
    }

    public void Dispose()
    {
    }
}

/// <summary>The lines of a text file; keys are numbered from 1, those left out at the start included.</summary>
internal sealed class LineWork : IReaderWork
{
    private readonly string _name;
    private readonly LineRecords _lines;
    private long _number;

    public LineWork(string name, Stream file, long skip)
    {
        _name = name;
        _lines = new LineRecords(file, keepsReturns: true);
        while (_number < skip && _lines.Next() is not null)
        {
            _number++;
        }
    }

    public bool Next(out ReaderRecord record, out bool isLast)
    {
        isLast = false;
        byte[]? line = _lines.Next();
        record = line is null ? default : ReaderWorks.Record(_name, ++_number, line);
        return line is not null;
    }

    public void Dispose() => _lines.Dispose();
}

/// <summary>The records of a TFRecord file; keys say where each starts.</summary>
internal sealed class FrameWork(string name, TFRecordReader reader) : IReaderWork
{
    public bool Next(out ReaderRecord record, out bool isLast)
    {
        isLast = false;
        bool found = reader.Read();
        record = found ? ReaderWorks.Record(name, reader.Offset, reader.Record.ToArray()) : default;
        return found;
    }

    public void Dispose() => reader.Dispose();
}

/// <summary>Records of one length between a header and a footer; each begins so many bytes after the one before.</summary>
internal sealed class FixedWork : IReaderWork
{
    private readonly string _name;
    private readonly Stream _file;
    private readonly int _length;
    private readonly int _footer;
    private readonly int _hop;
    private byte[] _ahead = [];
    private long _number;

    public FixedWork(string name, Stream file, int header, int length, int footer, int hop)
    {
        (_name, _file, _length, _footer, _hop) = (name, file, length, footer, hop > 0 ? hop : length);
        if (Read(header).Length < header)
        {
            file.Dispose();
            throw Failure.OutOfRange($"reached end of file: '{name}' is shorter than its header of {header} bytes");
        }
    }

    public bool Next(out ReaderRecord record, out bool isLast)
    {
        (record, isLast) = (default, false);
        if (_number > 0)
        {
            int kept = System.Math.Max(_ahead.Length - _hop, 0), skipped = System.Math.Max(_hop - _ahead.Length, 0);
            _ahead = _ahead[^kept..];
            Read(skipped);
        }

        // The footer is what the end leaves, and so no part of a record.
        long wanted = (long)_length + _footer;
        _ahead = [.. _ahead, .. Read(wanted - _ahead.Length)];
        if (_ahead.Length < wanted)
        {
            return false;
        }

        record = ReaderWorks.Record(_name, _number++, _ahead[.._length]);
        return true;
    }

    public void Dispose() => _file.Dispose();

    // Memory grows with what is there, not with what a length promises.
    private byte[] Read(long count)
    {
        const int step = 1 << 16;
        using MemoryStream all = new();
        byte[] part = new byte[System.Math.Clamp(count, 0, step)];
        while (all.Length < count && _file.Read(part, 0, (int)System.Math.Min(part.Length, count - all.Length)) is > 0 and int read)
        {
            all.Write(part, 0, read);
        }

        return all.ToArray();
    }
}

internal static class ReaderWorks
{
    /// <summary>A record whose key is the file's name and a number.</summary>
    public static ReaderRecord Record(string name, long number, byte[] value) =>
        new(Encoding.UTF8.GetBytes($"{name}:{number}"), value);
}
