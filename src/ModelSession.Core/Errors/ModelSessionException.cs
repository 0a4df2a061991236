namespace ModelSessions;

/// <summary>The base of all errors of this library. Each kind carries data, not text alone.</summary>
public abstract class ModelSessionException : Exception
{
    private protected ModelSessionException(StatusCode code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>TensorFlow's code for this kind of error.</summary>
    public StatusCode Code { get; }
}
