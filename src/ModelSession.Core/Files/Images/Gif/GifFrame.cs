using System.Buffers.Binary;

namespace ModelSessions.Files;

/// <summary>One image of a GIF file: a part of the canvas, as indices of colours.</summary>
internal sealed class GifFrame
{
    private static readonly (int Start, int Step)[] s_interlaced = [(0, 8), (4, 8), (2, 4), (1, 2)];

    private GifFrame(ReadOnlySpan<byte> descriptor, int transparent)
    {
        Left = BinaryPrimitives.ReadUInt16LittleEndian(descriptor);
        Top = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[2..]);
        Width = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]);
        Height = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]);
        Transparent = transparent;
    }

    public int Left { get; }

    public int Top { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The colour that leaves the canvas as it is; −1 if there is none.</summary>
    public int Transparent { get; }

    /// <summary>Red, green and blue of each colour.</summary>
    public byte[]? Colors { get; private set; }

    /// <summary>The colour of each pixel.</summary>
    public byte[] Pixels { get; private set; } = [];

    /// <summary>Reads all images of a file; what is wrong behind the first one ends the file.</summary>
    public static List<GifFrame> ReadAll(byte[] file)
    {
        List<GifFrame> frames = [];
        try
        {
            Read(file, frames);
        }
        catch (ModelFileException) when (frames.Count > 0)
        {
            // As in TensorFlow: a file that breaks off shows what is there.
        }

        return frames.Count > 0 ? frames : throw ImageFault.Damaged("GIF", "gif file does not contain any image");
    }

    private static void Read(byte[] file, List<GifFrame> frames)
    {
        GifReader reader = new(file);
        ReadOnlySpan<byte> head = reader.Take(13);
        if (!head.StartsWith("GIF"u8))
        {
            throw ImageFault.Damaged("GIF", "the signature is missing.");
        }

        byte[]? common = (head[10] & 0x80) != 0 ? reader.Take(3 << ((head[10] & 7) + 1)).ToArray() : null;
        int transparent = -1;
        while (true)
        {
            switch (reader.Take(1)[0])
            {
                case 0x3B:
                    return;
                case 0x21:
                    int label = reader.Take(1)[0];
                    byte[] extension = reader.TakeBlocks();
                    if (label == 0xF9 && extension.Length >= 4)
                    {
                        transparent = (extension[0] & 1) != 0 ? extension[3] : -1;
                    }

                    break;
                case 0x2C:
                    ReadImage(ref reader, frames, common, transparent);
                    transparent = -1;
                    break;
                default:
                    throw ImageFault.Damaged("GIF", "there is a block of an unknown kind.", reader.Position - 1);
            }
        }
    }

    private static void ReadImage(ref GifReader reader, List<GifFrame> frames, byte[]? common, int transparent)
    {
        ReadOnlySpan<byte> descriptor = reader.Take(9);
        GifFrame frame = new(descriptor, transparent);
        int flags = descriptor[8];
        frame.Colors = (flags & 0x80) != 0 ? reader.Take(3 << ((flags & 7) + 1)).ToArray() : common;
        if (frame.Width == 0 || frame.Height == 0)
        {
            throw ImageFault.Damaged("GIF", $"an image has {frame.Width} by {frame.Height} pixels.", reader.Position);
        }

        int bits = reader.Take(1)[0];
        (byte[] packed, bool whole) = reader.TakeImage();
        if ((long)frame.Width * frame.Height > GifUnpacker.MostPixels(packed.Length, bits))
        {
            throw ImageFault.Damaged("GIF", $"{packed.Length:n0} bytes cannot hold {frame.Width} by {frame.Height} pixels.", reader.Position);
        }

        frame.Pixels = new byte[frame.Width * frame.Height];
        if (!GifUnpacker.Unpack(packed, bits, frame.Pixels) || !whole)
        {
            throw ImageFault.Damaged("GIF", "an image is cut off.", reader.Position);
        }

        if ((flags & 0x40) != 0)
        {
            frame.Pixels = Deinterlace(frame.Pixels, frame.Width, frame.Height);
        }

        frames.Add(frame);
    }

    private static byte[] Deinterlace(byte[] pixels, int width, int height)
    {
        byte[] result = new byte[pixels.Length];
        int from = 0;
        foreach ((int start, int step) in s_interlaced)
        {
            for (int y = start; y < height; y += step)
            {
                pixels.AsSpan(from++ * width, width).CopyTo(result.AsSpan(y * width));
            }
        }

        return result;
    }
}
