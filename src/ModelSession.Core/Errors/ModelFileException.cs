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

    /// <summary>Wrong data in a row.</summary>
    /// <param name="path">The file; null for rows that come from none.</param>
    /// <param name="row">Which row, counted from 1.</param>
    /// <param name="line">On which line of a text it starts, counted from 1; null if there are no lines.</param>
    /// <param name="column">The column; null if the whole row is meant.</param>
    /// <param name="message">What is wrong and how to go on.</param>
    internal ModelFileException(string? path, long row, long? line, string? column, string message)
        : base(StatusCode.InvalidArgument, RowText(path, row, line, column, message), null)
    {
        Path = path;
        Row = row;
        Column = column;
        Detail = message;
    }

    /// <summary>The file.</summary>
    public string? Path { get; }

    /// <summary>Where in the file, in bytes.</summary>
    public long? Offset { get; }

    /// <summary>Which row of the data, counted from 1; null where it is not about rows.</summary>
    public long? Row { get; }

    /// <summary>The column of the data; null where it is not about one.</summary>
    public string? Column { get; }

    /// <summary>Whether the file holds data that a model was to be fed with, whatever else was being worked on.</summary>
    public bool IsOfData { get; internal set; }

    /// <summary>Whether nothing is wrong with what is there: it is but of another kind than was asked for.</summary>
    public bool IsOfOtherKind { get; internal init; }

    /// <summary>The message without path and offset.</summary>
    public string Detail { get; }

    /// <summary>Damage at an offset; the reader that knows the path adds it by <see cref="In"/>.</summary>
    internal static ModelFileException At(long offset, string expected, string found) =>
        new(StatusCode.DataLoss, null, $"expected {expected}, found {found}", offset);

    /// <summary>The same error with the file's path.</summary>
    internal ModelFileException In(string path) => Path is not null ? this : new(Code, path, Detail, Offset, InnerException);

    private static string RowText(string? path, long row, long? line, string? column, string message) =>
        $"{(path is null ? "" : $"'{path}', ")}row {row:n0}{(line is { } at ? $" (line {at:n0})" : "")}{(column is null ? "" : $", column '{column}'")}: {message}";

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
