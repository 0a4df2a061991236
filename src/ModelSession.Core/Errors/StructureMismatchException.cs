namespace ModelSessions;

/// <summary>A checkpoint holds a model of another structure than is asked for.</summary>
public sealed class StructureMismatchException : ModelSessionException
{
    /// <summary>Names both structures.</summary>
    /// <param name="message">What differs, and how to go on.</param>
    /// <param name="found">The checkpoint's structural parameters.</param>
    /// <param name="asked">Those that are asked for.</param>
    public StructureMismatchException(string message, IReadOnlyDictionary<string, object> found, IReadOnlyDictionary<string, object> asked)
        : base(StatusCode.InvalidArgument, message)
    {
        Found = found;
        Asked = asked;
    }

    /// <summary>The checkpoint's structural parameters.</summary>
    public IReadOnlyDictionary<string, object> Found { get; }

    /// <summary>The structural parameters that are asked for.</summary>
    public IReadOnlyDictionary<string, object> Asked { get; }
}
