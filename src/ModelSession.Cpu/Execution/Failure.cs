namespace ModelSessions.Cpu.Execution;

/// <summary>Errors of kernels.</summary>
internal static class Failure
{
    /// <summary>What a kernel threw, with its node: TensorFlow names nodes so at the end of its messages.</summary>
    public static EngineException At(GraphOperation node, Exception cause)
    {
        (StatusCode code, string message) = cause switch
        {
            EngineException { Node: not null } known => (known.Code, known.Message),
            ModelSessionException known => (known.Code, $"{known.Message}\n\t [[{{{{node {node.Name}}}}}]]"),
            OutOfMemoryException => (StatusCode.ResourceExhausted, $"{node.Type} '{node.Name}' ran out of memory."),
            _ => (StatusCode.Internal, $"{node.Type} '{node.Name}' failed: {cause.Message}"),
        };
        return new EngineException(code, message, node.Name, cause);
    }

    public static EngineException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    public static EngineException OutOfRange(string message) => new(StatusCode.OutOfRange, message);

    public static EngineException Precondition(string message) => new(StatusCode.FailedPrecondition, message);
}
