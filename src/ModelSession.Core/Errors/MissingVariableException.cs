namespace ModelSessions;

/// <summary>Variables have no value in a checkpoint, or one of another shape or type. All of them at once.</summary>
public sealed class MissingVariableException : ModelSessionException
{
    /// <summary>Names the variables.</summary>
    /// <param name="message">What, where, nearest names, how to go on.</param>
    /// <param name="checkpoint">The checkpoint's prefix.</param>
    /// <param name="variables">Their names.</param>
    /// <param name="code">NotFound, or InvalidArgument if all have a value that does not fit.</param>
    public MissingVariableException(string message, string checkpoint, IReadOnlyList<string> variables, StatusCode code = StatusCode.NotFound)
        : base(code, message)
    {
        Checkpoint = checkpoint;
        Variables = variables;
    }

    /// <summary>The checkpoint's prefix.</summary>
    public string Checkpoint { get; }

    /// <summary>The variables without a fitting value.</summary>
    public IReadOnlyList<string> Variables { get; }
}
