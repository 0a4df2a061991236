using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Where an array stands: in a file of its own, or under a name in an archive.</summary>
/// <param name="Path">The file.</param>
/// <param name="Member">The name in the archive; null for a file of its own.</param>
internal sealed record ArrayPlace(string Path, string? Member = null)
{
    // More is not held as one array.
    private const long LargestArray = int.MaxValue - (1 << 20);

    /// <summary>Reads it whole.</summary>
    /// <exception cref="ModelFileException">It is not there, damaged, or too large.</exception>
    public Tensor Read() => Member is { } name ? NumpyArchive.Read(Path, name, LargestArray) : DatasetFiles.Recognize(Path) switch
    {
        DatasetFormat.Idx => IdxFile.Read(Path).ToTensor(),
        DatasetFormat.Npy => FileAccessErrors.Guard(Path, () =>
        {
            using FileStream file = File.OpenRead(Openable.Of(Path));
            return NumpyFile.Read(file, Math.Min(LargestArray, file.Length));
        }),
        _ => throw NoArray(),
    };

    /// <summary>Whether it takes more bytes than that, in an order in which its rows can be read one by one.</summary>
    public bool IsLarger(long limit) => WithStream((stream, _) =>
    {
        ArrayHead head = Header(stream);
        return head.IsInOrder && head.Type != DType.String && Bytes(head.Shape, head.Size) > (UInt128)limit;
    });

    /// <summary>Whether its elements are texts.</summary>
    public bool IsText() => WithStream((stream, _) => Header(stream).Type == DType.String);

    /// <summary>Its rows, to be read some at a time. What is packed is unpacked into a file in the user's cache that goes with the rows.</summary>
    /// <param name="isLabels">Whether it holds labels: a column of class numbers is a list of them then.</param>
    /// <param name="progress">Is told how many bytes are unpacked.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">It is not there, damaged, or cannot be read by rows.</exception>
    public RowArray Open(bool isLabels, Action<WorkProgress>? progress, CancellationToken cancel) => WithStream<RowArray>((stream, file) =>
    {
        (DType type, Shape shape, bool isBigEndian, byte[] head, int size, bool inOrder) = Header(stream);
        if (shape.Rank == 0 || type.IsObject() || type.IsComplex())
        {
            throw new ModelFileException(StatusCode.InvalidArgument, Path, $"the {(isLabels ? "labels" : "inputs")} are {type.Name()} {shape}; they must be numbers whose first dimension counts the examples.");
        }

        UInt128 bytes = Bytes(shape, size);
        shape = isLabels ? ArrayLabels.ShapeOf(shape, type) : shape;
        if (!inOrder)
        {
            return bytes <= LargestArray ? new HeldRows(Path, Read()) : throw new ModelFileException(
                StatusCode.Unimplemented, Path, "its first index runs fastest (Fortran's order), so that it cannot be read by rows. Save it again in Python by numpy.ascontiguousarray.");
        }

        if (Stored(file, head) is { } at)
        {
            ByteSource source = ByteSource.OfFile(Path, _ => null);
            long start = at + head.Length;
            return (UInt128)Math.Max(0, source.Length - start) >= bytes ? new StoredRows(source, start, type, shape, isBigEndian)
                : throw new ModelFileException(StatusCode.DataLoss, Path, $"it is cut: {bytes:n0} bytes must follow its header, {source.Length - start:n0} do.");
        }

        return bytes < long.MaxValue / 2
            ? new StoredRows(ByteSource.OfUnpacked(Path, stream, (long)bytes, progress, cancel), 0, type, shape, isBigEndian)
            : throw new ModelFileException(StatusCode.DataLoss, Path, $"its header claims {bytes:n0} bytes.");
    });

    // Where the array's first byte stands in the file as it is; null where it is packed.
    private static long? Stored(FileStream file, byte[] head)
    {
        long at = file.Position - head.Length;
        byte[] there = new byte[head.Length];
        return at >= 0 && RandomAccess.Read(file.SafeFileHandle, there, at) == there.Length && there.AsSpan().SequenceEqual(head) ? at : null;
    }

    private static UInt128 Bytes(Shape shape, int size)
    {
        UInt128 bytes = (UInt128)size;
        foreach (long dimension in shape.Dimensions)
        {
            bytes = dimension == 0 ? 0 : bytes > UInt128.MaxValue / (ulong)dimension ? UInt128.MaxValue : bytes * (ulong)dimension;
        }

        return bytes;
    }

    private ArrayHead Header(Stream stream)
    {
        using HeadKeeper keeper = new(stream);
        if (Member is null && DatasetFiles.Recognize(Path) == DatasetFormat.Idx)
        {
            (DType type, Shape shape) = IdxFile.ReadHeader(keeper, Path);
            return new ArrayHead(type, shape, true, keeper.Head, type.Size(), true);
        }

        NumpyHeader header = NumpyFile.ReadHeader(keeper);
        return new ArrayHead(header.Type, header.Shape, header.IsBigEndian, keeper.Head, header.ElementSize, !header.IsFortran || header.Shape.Rank < 2);
    }

    private T WithStream<T>(Func<Stream, FileStream, T> use) => FileAccessErrors.Guard(Path, () =>
    {
        try
        {
            // Without a buffer, so that its position tells what has been read.
            using FileStream file = new(Openable.Of(Path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (Member is { } name)
            {
                using ZipArchive archive = new(file, ZipArchiveMode.Read);
                using Stream entry = NumpyArchive.Entry(archive, Path, name).Open();
                return use(entry, file);
            }

            bool packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            if (packed)
            {
                using GZipStream unpacked = new(file, CompressionMode.Decompress);
                return use(unpacked, file);
            }

            return DatasetFiles.Recognize(Path) is DatasetFormat.Idx or DatasetFormat.Npy ? use(file, file) : throw NoArray();
        }
        catch (InvalidDataException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, Path, $"what is packed is damaged: {error.Message}", innerException: error);
        }
    });

    private ModelFileException NoArray() => new(StatusCode.InvalidArgument, Path, "this is neither a .npy nor an idx file.");

    /// <summary>What stands before the elements, and the bytes that it is written in.</summary>
    private sealed record ArrayHead(DType Type, Shape Shape, bool IsBigEndian, byte[] Bytes, int Size, bool IsInOrder);

    /// <summary>Keeps what is read through it.</summary>
    private sealed class HeadKeeper(Stream stream) : Stream
    {
        private readonly MemoryStream _head = new();

        public byte[] Head => _head.ToArray();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = stream.Read(buffer);
            _head.Write(buffer[..read]);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _head.Dispose();
            base.Dispose(disposing);
        }
    }
}
