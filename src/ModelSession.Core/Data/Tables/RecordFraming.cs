using System.Buffers.Binary;
using System.IO.Compression;
using ModelSessions.Files;

namespace ModelSessions.Data;

/// <summary>Finds the records of a TFRecord file, and compares their checksums.</summary>
internal sealed class RecordFraming : RowFraming
{
    /// <summary>How a file is packed, by its first bytes: not at all where they are the header of a record.</summary>
    public static Func<Stream, Stream>? Unpacking(byte[] head)
    {
        if (head.Length >= TFRecordFrame.HeaderSize && TFRecordFrame.IsHeader(head.AsSpan(0, TFRecordFrame.HeaderSize)))
        {
            return null;
        }

        const int deflate = 8;
        return head.Length >= 2 && (head[0] & 0x0F) == deflate && BinaryPrimitives.ReadUInt16BigEndian(head) % 31 == 0
            ? stream => new ZLibStream(stream, CompressionMode.Decompress)
            : ByteSource.Gzip(head);
    }

    public override int Split(RowBlock block, int length, bool isEnd, long offset)
    {
        ReadOnlySpan<byte> bytes = block.Bytes.AsSpan(0, length);
        int at = 0;
        while (block.Count < MostRows && length - at >= TFRecordFrame.HeaderSize)
        {
            ReadOnlySpan<byte> header = bytes.Slice(at, TFRecordFrame.HeaderSize);
            if (!TFRecordFrame.IsHeader(header))
            {
                throw Damaged(offset + at, $"the checksum of a record's length is wrong.{(offset + at == 0 ? " Is this a TFRecord file?" : " The records before it are sound.")}");
            }

            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(header);
            int left = length - at - TFRecordFrame.HeaderSize - TFRecordFrame.FooterSize;
            if (left < 0 || size > (ulong)left)
            {
                if (isEnd)
                {
                    throw Damaged(offset + at, $"a record of {size:n0} bytes is not there as a whole; the file was cut, or is still being written.");
                }

                if (size > BlockReader.LargestRow)
                {
                    throw new ModelFileException(
                        StatusCode.InvalidArgument, null, $"record {block.FirstRow + block.Count + 1:n0} has {size:n0} bytes; records of more than {BlockReader.LargestRow >> 20} MiB are not read.", offset + at);
                }

                break;
            }

            int start = at + TFRecordFrame.HeaderSize;
            if (!TFRecordFrame.IsChecksum(bytes.Slice(start, (int)size), bytes.Slice(start + (int)size, TFRecordFrame.FooterSize)))
            {
                throw Damaged(offset + start, "the checksum of a record is wrong. The records before it are sound.");
            }

            block.Add(start, (int)size);
            at = start + (int)size + TFRecordFrame.FooterSize;
        }

        return at;
    }

    private static ModelFileException Damaged(long offset, string message) => new(StatusCode.DataLoss, null, message, offset);
}
