namespace ModelSessions.Files;

/// <summary>How a JPEG file is decoded.</summary>
/// <param name="Channels">1 grey, 3 red, green and blue; 0 for what the file has.</param>
internal readonly record struct JpegOptions(int Channels)
{
    /// <summary>1, 2, 4 or 8: the image is made so many times smaller.</summary>
    public int Ratio { get; init; } = 1;

    /// <summary>Whether colours are stretched smoothly; else samples are repeated.</summary>
    public bool IsFancy { get; init; } = true;

    /// <summary>Whether the fast transform is taken, as TensorFlow does unless told otherwise.</summary>
    public bool IsFast { get; init; } = true;

    /// <summary>Whether a file that is cut off gives what is there.</summary>
    public bool Recovers { get; init; }

    /// <summary>The part of the rows that must be there of a file that is cut off, where that is not recovered; the other rows are black.</summary>
    public float AcceptableFraction { get; init; } = 1;

    /// <summary>A part of the (smaller) image; null for all of it.</summary>
    public (int Top, int Left, int Height, int Width)? Crop { get; init; }
}
