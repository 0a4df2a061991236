using System.Buffers.Binary;
using System.IO.Compression;

namespace ModelSessions.Files;

/// <summary>The bytes of a TFRecord file, unpacked.</summary>
internal sealed class RecordSource : IDisposable
{
    /// <summary>As much is unpacked at once, as in TensorFlow: damage in that part is found before any of it is given away.</summary>
    private const int AheadSize = 1 << 18;

    private readonly Stream _file;
    private readonly Stream? _unpacking;
    private byte[] _ahead = [];
    private int _start;
    private int _end;

    private RecordSource(Stream file, TFRecordCompression compression)
    {
        _file = file;
        _unpacking = compression switch
        {
            TFRecordCompression.None => null,
            TFRecordCompression.Zlib => new ZLibStream(file, CompressionMode.Decompress),
            TFRecordCompression.Gzip => new GZipStream(file, CompressionMode.Decompress),
            _ => throw new ArgumentOutOfRangeException(nameof(compression)),
        };
    }

    /// <summary>How many bytes are left; null if that is not known before they are unpacked.</summary>
    public long? Left => _unpacking is null ? _file.Length - _file.Position : null;

    /// <summary>Opens a file; one that is still being written can be read as far as it goes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compression">How it is packed; null to find out from its first bytes.</param>
    public static RecordSource Open(string path, TFRecordCompression? compression)
    {
        FileStream file = new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 17, FileOptions.SequentialScan);
        return new RecordSource(file, compression ?? Detect(file));
    }

    /// <summary>Fills a span as far as there are bytes.</summary>
    public int Read(Span<byte> into)
    {
        if (_unpacking is null)
        {
            return _file.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
        }

        int count = 0;
        while (count < into.Length && (_start < _end || Unpack()))
        {
            int part = Math.Min(into.Length - count, _end - _start);
            _ahead.AsSpan(_start, part).CopyTo(into[count..]);
            _start += part;
            count += part;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _unpacking?.Dispose();
        _file.Dispose();
    }

    private bool Unpack()
    {
        _ahead = _ahead.Length == 0 ? new byte[AheadSize] : _ahead;
        _start = 0;
        _end = _unpacking!.ReadAtLeast(_ahead, _ahead.Length, throwOnEndOfStream: false);
        return _end > 0;
    }

    // A first record whose length has the right checksum is not packed, whatever its first bytes are.
    private static TFRecordCompression Detect(FileStream file)
    {
        Span<byte> head = stackalloc byte[TFRecordFrame.HeaderSize];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (head.Length == TFRecordFrame.HeaderSize && TFRecordFrame.IsHeader(head))
        {
            return TFRecordCompression.None;
        }

        const int deflate = 8;
        bool zlib = head.Length >= 2 && (head[0] & 0x0F) == deflate && BinaryPrimitives.ReadUInt16BigEndian(head) % 31 == 0;
        return head is [0x1F, 0x8B, deflate, ..] ? TFRecordCompression.Gzip : zlib ? TFRecordCompression.Zlib : TFRecordCompression.None;
    }
}
