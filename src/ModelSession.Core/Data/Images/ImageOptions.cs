namespace ModelSessions.Data;

/// <summary>How pictures become examples.</summary>
public sealed record ImageOptions
{
    /// <summary>The name of the dataset; null for its folder's.</summary>
    public string? Name { get; init; }

    /// <summary>The rows and the pixels of a row that pictures are resized to; null for the size of the first.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>1 for grey, 3 for colours; null for those of the first picture.</summary>
    public int? Channels { get; init; }

    /// <summary>The order of colours.</summary>
    public ChannelOrder Order { get; init; }

    /// <summary>What is subtracted from each number of 0 to 255: nothing, one number, or one for each channel in their order.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>What then divides it.</summary>
    public double Scale { get; init; } = 255;

    /// <summary>The contract of a model that has learnt, in place of all that; null for none.</summary>
    public DataContract? Contract { get; init; }

    /// <summary>How the pictures of each class are divided, where the folder is not divided itself.</summary>
    public DataSplit Split { get; init; } = new();
}
