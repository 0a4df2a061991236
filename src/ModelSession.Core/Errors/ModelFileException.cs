namespace ModelSessions;

/// <summary>A file is missing, damaged or not what it should be.</summary>
public sealed class ModelFileException : ModelSessionException
{
    /// <summary>An error in a file.</summary>
    /// <param name="code">TensorFlow's code: NotFound, DataLoss, InvalidArgument, OutOfRange, PermissionDenied, ResourceExhausted.</param>
    /// <param name="path">The file; null while it is not known.</param>
    /// <param name="message">What is wrong and how to go on.</param>
    /// <param name="offset">Where in the file, in bytes.</param>
    /// <param name="innerException">The cause.</param>
    public ModelFileException(StatusCode code, string? path, string message, long? offset = null, Exception? innerException = null)
        : base(code, Text(path, message, offset), innerException)
    {
        Path = path;
        Offset = offset;
        Detail = message;
    }

    /// <summary>The file.</summary>
    public string? Path { get; }

    /// <summary>Where in the file, in bytes.</summary>
    public long? Offset { get; }

    /// <summary>The message without path and offset.</summary>
    public string Detail { get; }

    /// <summary>Damage at an offset; the reader that knows the path adds it by <see cref="In"/>.</summary>
    internal static ModelFileException At(long offset, string expected, string found) =>
        new(StatusCode.DataLoss, null, $"expected {expected}, found {found}", offset);

    /// <summary>The same error with the file's path.</summary>
    internal ModelFileException In(string path) => Path is not null ? this : new(Code, path, Detail, Offset, InnerException);

    private static string Text(string? path, string message, long? offset)
    {
        string place = (path, offset) switch
        {
            (null, null) => "",
            (null, not null) => $"At byte {offset:n0}: ",
            (not null, null) => $"'{path}': ",
            _ => $"'{path}' at byte {offset:n0}: ",
        };
        return place + message;
    }
}
