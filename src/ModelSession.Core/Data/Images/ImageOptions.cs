using ModelSessions.Files;

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

    /// <summary>Is told how many files of a folder are found.</summary>
    public Action<WorkProgress>? Progress { get; init; }

    /// <summary>The contract of pictures of which this is the first.</summary>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    internal DataContract ContractOf(Pixels<byte> picture)
    {
        ImageForm form = new(Size?.Height ?? picture.Height, Size?.Width ?? picture.Width, Channels ?? picture.Channels, Order);
        form.Check();
        if (Mean.Count is not (0 or 1) && Mean.Count != form.Channels)
        {
            throw new ArgumentException($"There are {Mean.Count} means; give one, or one for each of the {form.Channels} channels.");
        }

        return Scale != 0 && double.IsFinite(Scale)
            ? new DataContract { Image = form, Shape = form.Shape, Mean = Mean, Deviation = Scale == 1 ? [] : [Scale] }
            : throw new ArgumentOutOfRangeException(null, $"The scale divides the numbers; it cannot be {Scale}.");
    }
}
