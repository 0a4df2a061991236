using System.Buffers;
using System.IO.Compression;
using Google.Protobuf;

namespace ModelSessions.Files;

/// <summary>Writes a TFRecord file, record after record. TensorFlow reads it as its own.</summary>
public sealed class TFRecordWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Stream _stream;

    private TFRecordWriter(string path, FileStream file, Stream stream) => (_path, _file, _stream) = (path, file, stream);

    /// <summary>Makes a file, over one that may be there; its folder is made if need be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compression">How it is packed.</param>
    /// <param name="level">How hard to pack.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static TFRecordWriter Create(string path, TFRecordCompression compression = TFRecordCompression.None, CompressionLevel level = CompressionLevel.Optimal) =>
        Create(path, compression, level, FileMode.Create);

    /// <summary>Writes a record.</summary>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[TFRecordFrame.HeaderSize];
        Span<byte> footer = stackalloc byte[TFRecordFrame.FooterSize];
        TFRecordFrame.WriteHeader(header, record.Length);
        TFRecordFrame.WriteChecksum(footer, record);
        try
        {
            _stream.Write(header);
            _stream.Write(record);
            _stream.Write(footer);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(_path, error);
        }
    }

    /// <summary>Writes a message as a record.</summary>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public void Write(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        int size = message.CalculateSize();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        message.WriteTo(buffer.AsSpan(0, size));
        Write(buffer.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Gives what was written to the operating system, so that other processes can read it.</summary>
    /// <param name="toDisk">Whether it is to survive a loss of power as well.</param>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Flush(bool toDisk = false)
    {
        try
        {
            _stream.Flush();
            _file.Flush(toDisk);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(_path, error);
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="ModelFileException">The disk is full, or the file is gone.</exception>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
            _file.Dispose();
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(_path, error);
        }
    }

    /// <summary>Makes a file.</summary>
    /// <inheritdoc cref="Create(string, TFRecordCompression, CompressionLevel)"/>
    internal static TFRecordWriter Create(string path, TFRecordCompression compression, CompressionLevel level, FileMode mode)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
            FileStream file = new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
            return new TFRecordWriter(path, file, compression switch
            {
                TFRecordCompression.None => file,
                TFRecordCompression.Zlib => new ZLibStream(file, level),
                TFRecordCompression.Gzip => new GZipStream(file, level),
                _ => throw new ArgumentOutOfRangeException(nameof(compression)),
            });
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }
}
