using System.Runtime.CompilerServices;

namespace ModelSessions.Files;

/// <summary>Reads a TensorShapeProto, which both checkpoint formats use.</summary>
internal static class ShapeParser
{
    // TensorShape's own limit.
    private const int LargestRank = 254;

    /// <summary>The shape, fully defined. Tensors that follow one another mostly have the same, and then the same object stands for it.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="origin">Where it stands in its file.</param>
    /// <param name="last">The shape before, and its bytes.</param>
    /// <exception cref="ModelFileException">It is not, or has too many dimensions.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Shape Parse(ReadOnlySpan<byte> bytes, long origin, ref (byte[] Bytes, Shape Shape)? last)
    {
        if (last is not { } known || !bytes.SequenceEqual(known.Bytes))
        {
            known = (bytes.ToArray(), Parse(new ProtoReader(bytes, origin)));
            last = known;
        }

        return known.Shape;
    }

    /// <summary>The shape, fully defined.</summary>
    /// <exception cref="ModelFileException">It is not, or has too many dimensions.</exception>
    public static Shape Parse(ProtoReader shape)
    {
        Span<long> dimensions = stackalloc long[LargestRank];
        int rank = 0;
        while (shape.Next())
        {
            if (shape.Tag == ProtoReader.Tags.Bytes2)
            {
                long position = shape.Position;
                if (rank == LargestRank)
                {
                    throw ModelFileException.At(position, $"a shape of at most {LargestRank} dimensions", "more");
                }

                dimensions[rank++] = ParseDimension(shape.ReadMessage());
            }
            else if (shape.Tag == ProtoReader.Tags.Varint3 && shape.ReadVarint() != 0)
            {
                throw ModelFileException.At(shape.Position, "a shape", "one of unknown rank");
            }
            else if (shape.Tag != ProtoReader.Tags.Varint3)
            {
                shape.Skip();
            }
        }

        return Shape.Create(dimensions[..rank]);
    }

    private static long ParseDimension(ProtoReader dimension)
    {
        long size = 0;
        while (dimension.Next())
        {
            if (dimension.Tag == ProtoReader.Tags.Varint1)
            {
                size = (long)dimension.ReadVarint();
            }
            else
            {
                dimension.Skip();
            }
        }

        return size >= 0 ? size : throw ModelFileException.At(dimension.Position, "a dimension of 0 or more", $"{size:n0}");
    }
}
