namespace ModelSessions;

/// <summary>A graph, node, shape or name is wrong.</summary>
public sealed class GraphException : ModelSessionException
{
    /// <summary>An error at a node.</summary>
    /// <param name="code">TensorFlow's code.</param>
    /// <param name="message">What, where, and how to go on.</param>
    /// <param name="node">The node's name, if it is known.</param>
    /// <param name="innerException">The cause.</param>
    public GraphException(StatusCode code, string message, string? node = null, Exception? innerException = null)
        : base(code, message, innerException) => Node = node;

    /// <summary>The node's name.</summary>
    public string? Node { get; }
}
