namespace ModelSessions.Files;

/// <summary>A tensor in a bundle: what it is and where its bytes stand.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The shape, fully defined.</param>
/// <param name="Shard">The number of the data file.</param>
/// <param name="Offset">Where in the data file.</param>
/// <param name="ByteLength">The number of bytes there.</param>
/// <param name="Checksum">crc32c of the bytes.</param>
/// <param name="SliceCount">The number of slices, each an entry of its own; 0 if it is stored whole.</param>
internal sealed record BundleEntry(
    string Name, DType DType, Shape Shape, int Shard, long Offset, long ByteLength, uint Checksum, int SliceCount)
    : CheckpointTensor(Name, DType, Shape, Shard, ByteLength, SliceCount);
