namespace ModelSessions.Files;

/// <summary>Reads a TensorSliceProto, which both checkpoint formats use.</summary>
internal static class SliceParser
{
    /// <summary>The slice as it is written: an extent without a length is the whole dimension.</summary>
    /// <exception cref="GraphException">A start or length is negative.</exception>
    public static TensorSlice Parse(ProtoReader slice)
    {
        List<(long, long)> extents = [];
        while (slice.Next())
        {
            if (slice.Tag == ProtoReader.Tags.Bytes1)
            {
                extents.Add(ParseExtent(slice.ReadMessage()));
            }
            else
            {
                slice.Skip();
            }
        }

        return new TensorSlice([.. extents]);
    }

    private static (long Start, long Length) ParseExtent(ProtoReader extent)
    {
        long start = 0, length = TensorSlice.WholeDimension;
        while (extent.Next())
        {
            switch (extent.Tag)
            {
                case ProtoReader.Tags.Varint1: start = (long)extent.ReadVarint(); break;
                case ProtoReader.Tags.Varint2: length = (long)extent.ReadVarint(); break;
                default: extent.Skip(); break;
            }
        }

        return (start, length);
    }
}
