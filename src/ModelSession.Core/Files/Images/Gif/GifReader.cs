namespace ModelSessions.Files;

/// <summary>Takes a GIF file apart.</summary>
internal ref struct GifReader(ReadOnlySpan<byte> file)
{
    private readonly ReadOnlySpan<byte> _file = file;

    public int Position { get; private set; }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _file.Length - Position)
        {
            throw ImageFault.Damaged("GIF", $"{count} bytes are needed, and {_file.Length - Position} are left.", Position);
        }

        Position += count;
        return _file.Slice(Position - count, count);
    }

    /// <summary>Blocks up to an empty one, put together.</summary>
    public byte[] TakeBlocks()
    {
        (byte[] blocks, bool whole) = TakeImage();
        return whole ? blocks : throw ImageFault.Damaged("GIF", "it ends inside of a block.", Position);
    }

    /// <summary>Blocks up to an empty one or the end of the file, put together, and whether it was the empty one.</summary>
    public (byte[] Blocks, bool Whole) TakeImage()
    {
        List<byte> blocks = [];
        while (Position < _file.Length)
        {
            int length = _file[Position++];
            if (length == 0)
            {
                return ([.. blocks], true);
            }

            length = Math.Min(length, _file.Length - Position);
            blocks.AddRange(_file.Slice(Position, length));
            Position += length;
        }

        return ([.. blocks], false);
    }
}
