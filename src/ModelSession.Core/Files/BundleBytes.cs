using Microsoft.Win32.SafeHandles;

namespace ModelSessions.Files;

/// <summary>The bytes of numeric tensors in data files.</summary>
internal static class BundleBytes
{
    // As much as the processor's second cache holds: a piece is there still when its checksum is taken.
    private const int PieceSize = 1 << 18;

    // What a thread reads at a time, and from where on several do.
    private const int ShareSize = 1 << 22;
    private const long ParallelFrom = 4L * ShareSize;

    /// <summary>Reads the beginning of a buffer; crc32c of it.</summary>
    public static uint Read(SafeFileHandle file, long offset, TensorBuffer target, long length, ReadAhead ahead, WorkCounter? counter, CancellationToken cancel)
    {
        if (length <= ReadAhead.LargestPart)
        {
            Span<byte> small = target.Bytes(0, (int)length);
            ahead.Read(file, small, offset);
            return Crc32C.Of(small);
        }

        if (length < ParallelFrom || Environment.ProcessorCount == 1)
        {
            return ReadShare(file, offset, target, 0, length, counter, cancel);
        }

        int shares = (int)((length + ShareSize - 1) / ShareSize);
        uint[] checksums = new uint[shares];
        // What a thread throws comes out as one error among others: the first one is what is wrong.
        try
        {
            Parallel.For(0, shares, new ParallelOptions { CancellationToken = cancel }, i =>
            {
                long start = (long)i * ShareSize;
                checksums[i] = ReadShare(file, offset + start, target, start, Math.Min(ShareSize, length - start), counter, cancel);
            });
        }
        catch (AggregateException errors)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        uint crc = checksums[0];
        for (int i = 1; i < shares; i++)
        {
            crc = Crc32C.Combine(crc, checksums[i], Math.Min(ShareSize, length - (long)i * ShareSize));
        }

        return crc;
    }

    /// <summary>Reads a stored slice and keeps the runs that are wanted; crc32c of the whole slice.</summary>
    public static uint Scatter(ChecksumReader reader, IEnumerable<SliceRun> runs, Tensor target, CancellationToken cancel)
    {
        int size = target.DType.Size();
        long at = 0;
        foreach (SliceRun run in runs)
        {
            reader.Skip((run.Source - at) * size);
            for (long done = 0, length = run.Count * size; done < length;)
            {
                cancel.ThrowIfCancellationRequested();
                int piece = (int)Math.Min(PieceSize, length - done);
                reader.Read(target.Buffer.Bytes(run.Target * size + done, piece));
                done += piece;
            }

            at = run.Source + run.Count;
        }

        reader.Skip(reader.Left);
        return reader.Checksum;
    }

    /// <summary>Whether all bytes of a tensor are 0 or 1.</summary>
    public static bool AreBooleans(Tensor tensor)
    {
        for (long at = 0; at < tensor.ByteLength; at += PieceSize)
        {
            if (tensor.Buffer.Bytes(at, (int)Math.Min(PieceSize, tensor.ByteLength - at)).ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                return false;
            }
        }

        return true;
    }

    private static uint ReadShare(SafeFileHandle file, long offset, TensorBuffer target, long start, long length, WorkCounter? counter, CancellationToken cancel)
    {
        uint crc = 0;
        for (long at = 0; at < length; at += PieceSize)
        {
            cancel.ThrowIfCancellationRequested();
            Span<byte> piece = target.Bytes(start + at, (int)Math.Min(PieceSize, length - at));
            ChecksumReader.ReadExactly(file, piece, offset + at);
            crc = Crc32C.Append(crc, piece);
            counter?.Add(piece.Length);
        }

        return crc;
    }
}
