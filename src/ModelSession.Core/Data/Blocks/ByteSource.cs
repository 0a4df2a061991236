using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Bytes that are read from the beginning, or anywhere: of a file, packed or not, or of memory.</summary>
internal sealed class ByteSource
{
    private const int BufferSize = 1 << 16;
    private const int SampleCount = 16;
    private const int SampleSize = 4096;

    private readonly byte[]? _memory;
    private readonly Func<Stream, Stream>? _unpack;
    private readonly DateTime _written;
    private readonly FileStream? _unpacked;

    private ByteSource(string? path, byte[]? memory, Func<Stream, Stream>? unpack)
    {
        Path = path;
        _memory = memory;
        _unpack = unpack;
        if (path is not null)
        {
            (Length, _written) = (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));
        }
        else
        {
            Length = memory!.Length;
        }
    }

    private ByteSource(string path, FileStream unpacked) => (Path, _unpacked, Length) = (path, unpacked, unpacked.Length);

    /// <summary>The file; null for memory.</summary>
    public string? Path { get; }

    /// <summary>The number of bytes, packed ones if they are.</summary>
    public long Length { get; }

    /// <summary>Whether its lines are somebody's, so that errors may name them; objects become text with lines that nobody has seen.</summary>
    public bool HasLines { get; init; } = true;

    /// <summary>Whether they are packed, so that they can only be read from the beginning.</summary>
    public bool IsPacked => _unpack is not null;

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unpacking">Tells by the first bytes how it is packed; null if it is not.</param>
    /// <exception cref="ModelFileException">It is not there or cannot be read.</exception>
    public static ByteSource OfFile(string path, Func<byte[], Func<Stream, Stream>?>? unpacking = null) => FileAccessErrors.Guard(path, () =>
    {
        using FileStream file = OpenFile(path);
        byte[] head = new byte[16];
        int count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return new ByteSource(path, null, (unpacking ?? Gzip)(head[..count]));
    });

    /// <summary>Bytes that are packed in a file, unpacked into another in the user's cache: it is nobody else's, and goes when this is collected
    /// or the process ends, however it does.</summary>
    /// <param name="path">The packed file.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="count">How many there must be.</param>
    /// <param name="progress">Is told how many bytes are unpacked.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">There are fewer, or the disk is full.</exception>
    public static ByteSource OfUnpacked(string path, Stream bytes, long count, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        string folder = UserCache.Folder("unpacked");
        FileStream file = FileAccessErrors.Guard(folder, () => Temporary(folder));
        byte[] part = new byte[1 << 20];
        WorkCounter unpacked = new(progress, count, WorkUnit.Bytes);
        for (long at = 0; at < count;)
        {
            cancel.ThrowIfCancellationRequested();
            int read = bytes.ReadAtLeast(part.AsSpan(0, (int)Math.Min(part.Length, count - at)), 1, throwOnEndOfStream: false);
            if (read == 0)
            {
                file.Dispose();
                throw new ModelFileException(StatusCode.DataLoss, path, $"it is cut: {count:n0} bytes must follow its header, {at:n0} do.");
            }

            FileAccessErrors.Guard(folder, () =>
            {
                file.Write(part.AsSpan(0, read));
                return true;
            });
            at += read;
            unpacked.Set(at);
        }

        FileAccessErrors.Guard(folder, () =>
        {
            file.Flush();
            return true;
        });
        return new ByteSource(path, file);
    }

    // Elsewhere than on Windows a file may be taken off its folder while it is used: nothing is left, even if the process is killed.
    private static FileStream Temporary(string folder)
    {
        Directory.CreateDirectory(folder);
        string name = System.IO.Path.Combine(folder, $"{Guid.NewGuid():n}.tmp");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete };
        if (OperatingSystem.IsWindows())
        {
            options.Options = FileOptions.DeleteOnClose;
            return new FileStream(name, options);
        }

        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file = new(name, options);
        File.Delete(name);
        return file;
    }

    /// <summary>Bytes in memory.</summary>
    public static ByteSource OfMemory(byte[] bytes, bool hasLines = true) => new(null, bytes, null) { HasLines = hasLines };

    /// <summary>Unpacks what begins as gzip does.</summary>
    public static Func<Stream, Stream>? Gzip(byte[] head) => head is [0x1F, 0x8B, 8, ..] ? stream => new GZipStream(stream, CompressionMode.Decompress) : null;

    /// <summary>The bytes from the beginning, unpacked.</summary>
    public Stream Open()
    {
        if (_memory is not null)
        {
            return new MemoryStream(_memory, writable: false);
        }

        return FileAccessErrors.Guard(Path!, () =>
        {
            FileStream file = OpenFile(Path!);
            CheckUnchanged(file.Length);
            return _unpack is null ? file : _unpack(file);
        });
    }

    /// <summary>Bytes from a place on, of what is not packed.</summary>
    /// <exception cref="ModelFileException">They are not there any more.</exception>
    public void ReadAt(long offset, Span<byte> into)
    {
        if (_memory is not null)
        {
            _memory.AsSpan((int)offset, into.Length).CopyTo(into);
            return;
        }

        if (_unpacked is not null)
        {
            ChecksumReader.ReadExactly(_unpacked.SafeFileHandle, into, offset);
            return;
        }

        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(Openable.Of(Path!), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            CheckUnchanged(RandomAccess.GetLength(file));
            ChecksumReader.ReadExactly(file, into, offset);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(Path!, error);
        }
    }

    /// <summary>A sum that differs for other bytes: of all of a small file, and of samples of a large one.</summary>
    public uint Checksum()
    {
        if (_memory is not null)
        {
            return Crc32C.Of(_memory);
        }

        return FileAccessErrors.Guard(Path!, () =>
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle? file = _unpacked is null ? File.OpenHandle(Openable.Of(Path!), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
            byte[] sample = new byte[SampleSize];
            uint crc = 0;
            for (int i = 0; i < SampleCount; i++)
            {
                long at = Length <= SampleCount * SampleSize ? Math.Min((long)i * SampleSize, Length) : (Length - SampleSize) / (SampleCount - 1) * i;
                int count = (int)Math.Min(SampleSize, Length - at);
                ChecksumReader.ReadExactly(file ?? _unpacked!.SafeFileHandle, sample.AsSpan(0, count), at);
                crc = Crc32C.Append(crc, sample.AsSpan(0, count));
            }

            return crc;
        });
    }

    private static FileStream OpenFile(string path) =>
        new(Openable.Of(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.SequentialScan);

    private void CheckUnchanged(long length)
    {
        if (length != Length || File.GetLastWriteTimeUtc(Path!) != _written)
        {
            throw new ModelFileException(StatusCode.FailedPrecondition, Path, "the file was changed after it was imported. Import it again.");
        }
    }
}
