using System.IO.Compression;
using ModelSessions.Cpu.Execution;
using ModelSessions.Files;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The records of a file one after the other.</summary>
internal interface IRecords : IDisposable
{
    /// <summary>The next record; null at the end.</summary>
    byte[]? Next();
}

/// <summary>How files of records are packed.</summary>
internal static class RecordFiles
{
    /// <summary>TensorFlow's name for a way of packing.</summary>
    /// <exception cref="EngineException">There is no such way.</exception>
    public static TFRecordCompression Compression(string name) => name switch
    {
        "" => TFRecordCompression.None,
        "ZLIB" => TFRecordCompression.Zlib,
        "GZIP" => TFRecordCompression.Gzip,
        _ => throw Failure.Invalid($"Unsupported compression_type: {name}. There are '', 'ZLIB' and 'GZIP'."),
    };

    /// <summary>The bytes of a file, unpacked.</summary>
    public static Stream Unpack(Stream file, TFRecordCompression compression) => compression switch
    {
        TFRecordCompression.Zlib => new ZLibStream(file, CompressionMode.Decompress),
        TFRecordCompression.Gzip => new GZipStream(file, CompressionMode.Decompress),
        _ => file,
    };

    /// <summary>Reads, with errors of files as those of a run.</summary>
    /// <exception cref="EngineException">What is read is damaged, or cannot be read.</exception>
    public static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelFileException e)
        {
            throw new EngineException(e.Code, e.Message, innerException: e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new EngineException(StatusCode.DataLoss, $"A file cannot be read: {e.Message}", innerException: e);
        }
    }
}

/// <summary>The lines of a text file, without their ends. TensorFlow's datasets drop every carriage return, its readers only that at the end.</summary>
internal sealed class LineRecords(Stream stream, bool keepsReturns = false) : IRecords
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public byte[]? Next()
    {
        MemoryStream? line = null;
        while (_start < _end || Fill())
        {
            line ??= new MemoryStream();
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            Append(line, _buffer.AsSpan(_start, length < 0 ? _end - _start : length));
            _start = length < 0 ? _end : _start + length + 1;
            if (length >= 0)
            {
                break;
            }
        }

        return keepsReturns && line?.ToArray() is [.. byte[] text, (byte)'\r'] ? text : line?.ToArray();
    }

    public void Dispose() => stream.Dispose();

    private void Append(MemoryStream line, ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOf((byte)'\r'); at >= 0 && !keepsReturns; at = text.IndexOf((byte)'\r'))
        {
            line.Write(text[..at]);
            text = text[(at + 1)..];
        }

        line.Write(text);
    }

    private bool Fill()
    {
        _start = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }
}

/// <summary>The records of a TFRecord file from an offset on.</summary>
internal sealed class FrameRecords(TFRecordReader reader, long offset) : IRecords
{
    public byte[]? Next()
    {
        while (reader.Read())
        {
            if (reader.Offset >= offset)
            {
                return reader.Record.ToArray();
            }
        }

        return null;
    }

    public void Dispose() => reader.Dispose();
}

/// <summary>How records of one length stand in a file.</summary>
internal sealed record FixedLayout(long Header, int Length, int Footer);

/// <summary>Records of one length, between a header and a footer.</summary>
internal sealed class FixedRecords : IRecords
{
    private readonly Stream _stream;
    private readonly FixedLayout _layout;
    private readonly string _path;
    private byte[]? _ahead;

    private FixedRecords(Stream stream, FixedLayout layout, string path) => (_stream, _layout, _path) = (stream, layout, path);

    /// <summary>Opens a file. Of one that is not packed, the length is looked at first.</summary>
    public static FixedRecords Open(FileStream file, TFRecordCompression compression, FixedLayout layout, string path)
    {
        try
        {
            long body = compression == TFRecordCompression.None ? file.Length - layout.Header - layout.Footer : 0;
            return body >= 0 && body % layout.Length == 0
                ? new FixedRecords(RecordFiles.Unpack(file, compression), layout, path)
                : throw Failure.Invalid($"Excluding the header ({layout.Header} bytes) and footer ({layout.Footer} bytes), input file \"{path}\" has body length {body} bytes, which is not an exact multiple of the record length ({layout.Length} bytes).");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public byte[]? Next()
    {
        // The footer is what the end leaves: it is read ahead, and moves on with each record.
        _ahead ??= Start();
        byte[] next = Read(_layout.Length);
        if (next.Length == 0)
        {
            return null;
        }

        if (next.Length < _layout.Length)
        {
            throw Uneven(StatusCode.DataLoss);
        }

        byte[] all = [.. _ahead, .. next];
        _ahead = all[_layout.Length..];
        return all[.._layout.Length];
    }

    public void Dispose() => _stream.Dispose();

    // Passes over the header, and reads as much as the footer has.
    private byte[] Start()
    {
        byte[] skipped = new byte[(int)System.Math.Min(_layout.Header, 1 << 16)];
        for (long left = _layout.Header; left > 0;)
        {
            int part = _stream.Read(skipped, 0, (int)System.Math.Min(left, skipped.Length));
            left = part > 0 ? left - part : throw Uneven(StatusCode.Internal);
        }

        byte[] footer = Read(_layout.Footer);
        return footer.Length == _layout.Footer ? footer : throw Uneven(StatusCode.Internal);
    }

    // Memory grows with what is there, not with what a length promises.
    private byte[] Read(int count)
    {
        const int step = 1 << 20;
        MemoryStream all = new();
        byte[] part = new byte[System.Math.Min(count, step)];
        while (all.Length < count && _stream.Read(part, 0, (int)System.Math.Min(part.Length, count - all.Length)) is > 0 and int read)
        {
            all.Write(part, 0, read);
        }

        return all.ToArray();
    }

    private EngineException Uneven(StatusCode code) => new(
        code, $"Excluding the header ({_layout.Header} bytes) and footer ({_layout.Footer} bytes), input file \"{_path}\" has a body that is not an exact multiple of the record length ({_layout.Length} bytes).");
}
