using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>Reads the records of a TFRecord file one after the other. A file that ends inside of a record's header just ends there, as in
/// TensorFlow; any other damage is an error, and reading ends with it.</summary>
public sealed class TFRecordReader : IDisposable
{
    private const int Step = 1 << 20;

    private readonly RecordSource _source;
    private readonly string _path;
    private byte[] _buffer = new byte[4096];
    private int _length;
    private long _next;

    private TFRecordReader(RecordSource source, string path) => (_source, _path) = (source, path);

    /// <summary>The record that was read last; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(0, _length);

    /// <summary>Where the record that was read last starts in the unpacked file, in bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compression">How it is packed; null to find out from its first bytes.</param>
    /// <exception cref="ModelFileException">It is not there or cannot be read.</exception>
    public static TFRecordReader Open(string path, TFRecordCompression? compression = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return new TFRecordReader(RecordSource.Open(path, compression), path);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    /// <summary>All records of a file, each in an array of its own.</summary>
    /// <inheritdoc cref="Open"/>
    public static IEnumerable<byte[]> ReadAll(string path, TFRecordCompression? compression = null)
    {
        using TFRecordReader reader = Open(path, compression);
        while (reader.Read())
        {
            yield return reader.Record.ToArray();
        }
    }

    /// <summary>Reads the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ModelFileException">The file is damaged here.</exception>
    public bool Read()
    {
        try
        {
            return ReadNext();
        }
        catch (ModelFileException error)
        {
            throw error.In(_path);
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, _path, $"what is packed is damaged, or packed in another way than expected: {error.Message}", innerException: error);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(_path, error);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    private bool ReadNext()
    {
        Offset = _next;
        _length = 0;
        Span<byte> header = stackalloc byte[TFRecordFrame.HeaderSize];
        if (_source.Read(header) < header.Length)
        {
            return false;
        }

        if (!TFRecordFrame.IsHeader(header))
        {
            throw Damaged(Offset, $"the checksum of a record's length is wrong.{(Offset == 0 ? " Is this a TFRecord file, and packed as expected?" : " The records before it are sound.")}");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        if (length > (ulong)(_source.Left ?? Array.MaxLength) || length > (ulong)(Array.MaxLength - TFRecordFrame.FooterSize))
        {
            throw Cut(length);
        }

        Fill((int)length + TFRecordFrame.FooterSize, length);
        if (!TFRecordFrame.IsChecksum(_buffer.AsSpan(0, (int)length), _buffer.AsSpan((int)length, TFRecordFrame.FooterSize)))
        {
            throw Damaged(Offset + TFRecordFrame.HeaderSize, "the checksum of a record is wrong. The records before it are sound.");
        }

        _length = (int)length;
        _next += TFRecordFrame.HeaderSize + _length + TFRecordFrame.FooterSize;
        return true;
    }

    // The buffer grows with what has come, not with what a length promises.
    private void Fill(int size, ulong length)
    {
        for (int have = 0; have < size;)
        {
            int want = Math.Min(size, Math.Max(have + Step, _buffer.Length));
            if (want > _buffer.Length)
            {
                Array.Resize(ref _buffer, (int)Math.Min(size, Math.Max(want, 2L * _buffer.Length)));
                want = Math.Min(size, _buffer.Length);
            }

            int part = _source.Read(_buffer.AsSpan(have, want - have));
            have += part;
            if (part == 0)
            {
                throw Cut(length);
            }
        }
    }

    private ModelFileException Cut(ulong length) => Damaged(
        Offset, $"a record of {length:n0} bytes is not there as a whole; the file was cut, or is still being written. The records before it are sound.");

    private static ModelFileException Damaged(long offset, string message) => new(StatusCode.DataLoss, null, message, offset);
}
