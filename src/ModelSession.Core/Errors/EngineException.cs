namespace ModelSessions;

/// <summary>A run failed: a kernel refused its input, a variable is not initialised, memory is used up.</summary>
public sealed class EngineException : ModelSessionException
{
    /// <summary>A failed run.</summary>
    /// <param name="code">TensorFlow's code.</param>
    /// <param name="message">What, where, and how to go on.</param>
    /// <param name="node">The node that failed.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(StatusCode code, string message, string? node = null, Exception? innerException = null)
        : base(code, message, innerException) => Node = node;

    /// <summary>The node that failed.</summary>
    public string? Node { get; }
}
