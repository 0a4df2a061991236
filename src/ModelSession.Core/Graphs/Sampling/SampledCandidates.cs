namespace ModelSessions;

/// <summary>Classes drawn in place of all classes.</summary>
/// <param name="Candidates">The classes drawn, int64.</param>
/// <param name="TrueExpected">How often each true class would be among them, [batch, true classes].</param>
/// <param name="SampledExpected">How often each one drawn would be among them.</param>
public sealed record SampledCandidates(GraphTensor Candidates, GraphTensor TrueExpected, GraphTensor SampledExpected);

/// <summary>How a loss over drawn classes is built; in PowerShell a table.</summary>
public sealed record SampledLossOptions
{
    /// <summary>The number of true classes of each example.</summary>
    public int NumTrue { get; init; } = 1;

    /// <summary>The classes drawn; by the log-uniform sampler if null.</summary>
    public SampledCandidates? SampledValues { get; init; }

    /// <summary>Whether drawn classes that are an example's own count for nothing; null as TensorFlow has it: yes for softmax, no for NCE.</summary>
    public bool? RemoveAccidentalHits { get; init; }

    /// <summary>The sampler's own seed.</summary>
    public long? Seed { get; init; }

    /// <summary>The name scope; the loss's if null.</summary>
    public string? Name { get; init; }
}
