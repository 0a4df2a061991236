namespace ModelSessions.Data;

/// <summary>Finds the rows in the bytes of a format.</summary>
internal abstract class RowFraming
{
    /// <summary>A block has no more rows than this, so that what is known of each of them stays small.</summary>
    public const int MostRows = 4096;

    /// <summary>Whether rows are lines of a text.</summary>
    public virtual bool HasLines => false;

    /// <summary>Passes over what stands before the first row.</summary>
    /// <returns>The bytes of it; −1 if it is longer than what is given.</returns>
    public virtual int Header(ByteSource source, ReadOnlySpan<byte> bytes, bool isEnd) => 0;

    /// <summary>Adds rows to a block.</summary>
    /// <param name="block">Its bytes begin with a row.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="isEnd">Whether none follow.</param>
    /// <param name="offset">Where they stand in the unpacked file.</param>
    /// <returns>The bytes of the rows that are whole.</returns>
    public abstract int Split(RowBlock block, int length, bool isEnd, long offset);
}
