namespace ModelSessions;

/// <summary>A tensor in a checkpoint, without its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The element type; <see cref="DType.Invalid"/> where <see cref="Fault"/> hides it.</param>
/// <param name="Shape">The shape, fully defined unless there is a <see cref="Fault"/>.</param>
/// <param name="Shard">The number of the data file that holds it (of a partitioned one: its first slice).</param>
/// <param name="ByteLength">The number of bytes of its value in the files.</param>
/// <param name="SliceCount">The number of slices that it is stored in; 0 if it is stored whole.</param>
public record CheckpointTensor(string Name, DType DType, Shape Shape, int Shard, long ByteLength, int SliceCount)
{
    /// <summary>What is wrong with its entry, so that it cannot be read; null if nothing is. Damage of the bytes themselves shows when they are read.</summary>
    public string? Fault { get; init; }
}
