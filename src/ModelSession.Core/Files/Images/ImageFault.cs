namespace ModelSessions.Files;

/// <summary>Errors of image files. TensorFlow says INVALID_ARGUMENT to all of them.</summary>
internal static class ImageFault
{
    // TensorFlow's limit, for which libraries of 32-bit sizes are the reason; it also bounds what a small file can make us allocate.
    private const long MostPixels = 1L << 29;

    /// <summary>Damage.</summary>
    public static ModelFileException Damaged(string format, string what, long? offset = null) =>
        new(StatusCode.InvalidArgument, null, $"Invalid {format} data: {what}", offset);

    /// <summary>Valid, but something that TensorFlow's decoder does not read either.</summary>
    public static ModelFileException Unsupported(string format, string what) =>
        new(StatusCode.InvalidArgument, null, $"This {format} file cannot be decoded: {what}");

    /// <summary>Refuses sizes that no decoder takes.</summary>
    public static void CheckSize(string format, long width, long height, int channels)
    {
        if (width <= 0 || height <= 0 || width * height >= MostPixels || width * height * channels >= Array.MaxLength)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, null, $"{format} size too large for int, or empty: {width} by {height}; at most {MostPixels:n0} pixels are read.");
        }
    }
}
