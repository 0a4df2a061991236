namespace ModelSessions;

/// <summary>Something valid that is not supported here: ops without a kernel, a big-endian checkpoint.</summary>
public sealed class UnsupportedFeatureException : ModelSessionException
{
    /// <summary>Names what is not supported.</summary>
    /// <param name="message">What, where, and how to go on.</param>
    /// <param name="features">All of them: op kinds, format features.</param>
    public UnsupportedFeatureException(string message, params IReadOnlyList<string> features)
        : base(StatusCode.Unimplemented, message) => Features = features;

    /// <summary>What is not supported, sorted.</summary>
    public IReadOnlyList<string> Features { get; }
}
