using ModelSessions.Data;

namespace ModelSessions;

/// <summary>How a model is asked.</summary>
public sealed record PredictionOptions
{
    /// <summary>The signature that is run; null for the default one, of a model without signatures its inputs and predictions.</summary>
    public string? Signature { get; init; }

    /// <summary>How many of the most probable classes each prediction lists.</summary>
    public int Top { get; init; } = 1;

    /// <summary>How many examples are run at once; null for as many as memory is well spent on.</summary>
    public int? BatchSize { get; init; }

    /// <summary>How raw data become what the model takes, in place of what the model knows; null for that.</summary>
    public DataContract? Contract { get; init; }

    /// <summary>Whether arrays are what the model takes already, so that no contract changes them.</summary>
    public bool Encoded { get; init; }
}
