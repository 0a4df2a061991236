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
}

/// <summary>The lines of a text file, without their ends. TensorFlow drops every carriage return.</summary>
internal sealed class LineRecords(Stream stream) : IRecords
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

        return line?.ToArray();
    }

    public void Dispose() => stream.Dispose();

    private static void Append(MemoryStream line, ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOf((byte)'\r'); at >= 0; at = text.IndexOf((byte)'\r'))
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

/// <summary>Records of one length, between a header and a footer.</summary>
internal sealed class FixedRecords : IRecords
{
    private readonly Stream _stream;
    private readonly int _length;
    private readonly int _footer;
    private readonly string _path;
    private byte[]? _ahead;

    public FixedRecords(Stream stream, long header, int length, int footer, string path)
    {
        (_stream, _length, _footer, _path) = (stream, length, footer, path);
        byte[] skipped = new byte[(int)System.Math.Min(header, 1 << 16)];
        for (long left = header; left > 0;)
        {
            int part = stream.Read(skipped, 0, (int)System.Math.Min(left, skipped.Length));
            left = part > 0 ? left - part : throw Uneven();
        }
    }

    public byte[]? Next()
    {
        // The footer is what the end leaves: it is read ahead, and moves on with each record.
        _ahead ??= Read(_footer) is { } footer && footer.Length == _footer ? footer : throw Uneven();
        byte[] next = Read(_length);
        if (next.Length == 0)
        {
            return null;
        }

        if (next.Length < _length)
        {
            throw Uneven();
        }

        byte[] all = [.. _ahead, .. next];
        _ahead = all[_length..];
        return all[.._length];
    }

    public void Dispose() => _stream.Dispose();

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

    private EngineException Uneven() => Failure.Invalid(
        $"Excluding the header and footer ({_footer} bytes), the input file \"{_path}\" has a body whose length is not an exact multiple of the record length ({_length} bytes).");
}
