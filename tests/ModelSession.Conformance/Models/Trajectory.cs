using System.Text.Json.Serialization;

namespace ModelSessions.Conformance.Models;

/// <summary><c>trajectory.json</c>: phases, schedule, values and tolerances per step.</summary>
internal sealed record Trajectory
{
    public required IReadOnlyDictionary<string, Phase> Phases { get; init; }

    public required IReadOnlyList<TrajectoryStep> Steps { get; init; }

    [JsonPropertyName("resume_equals_trajectory")]
    public bool? ResumeEqualsTrajectory { get; init; }

    [JsonPropertyName("resume_values")]
    public IReadOnlyList<Dictionary<string, double>>? ResumeValues { get; init; }

    [JsonPropertyName("final_variable_tolerance")]
    public IReadOnlyDictionary<string, double>? FinalVariableTolerance { get; init; }

    [JsonPropertyName("initial_samples")]
    public IReadOnlyDictionary<string, VariableSample>? InitialSamples { get; init; }

    [JsonPropertyName("final_samples")]
    public IReadOnlyDictionary<string, VariableSample>? FinalSamples { get; init; }
}

/// <summary>What one kind of step feeds and fetches.</summary>
internal sealed record Phase
{
    public required IReadOnlyDictionary<string, PhaseFeed> Feeds { get; init; }

    public IReadOnlyList<string> Targets { get; init; } = [];

    public required IReadOnlyDictionary<string, string> Fetches { get; init; }

    /// <summary>Fetched by a second run, without feeds.</summary>
    public IReadOnlyDictionary<string, string> After { get; init; } = new Dictionary<string, string>();

    /// <summary>The smallest step of a discrete value, such as an accuracy.</summary>
    public IReadOnlyDictionary<string, double> Quantum { get; init; } = new Dictionary<string, double>();
}

/// <summary>Where a fed value comes from.</summary>
internal sealed record PhaseFeed
{
    public required string Array { get; init; }

    public required string Index { get; init; }

    [JsonPropertyName("divide_by")]
    public double? DivideBy { get; init; }
}

/// <summary>One step: a run, and what it must give.</summary>
internal sealed record TrajectoryStep
{
    public required int Step { get; init; }

    public required string Phase { get; init; }

    public required int Batch { get; init; }

    public required IReadOnlyDictionary<string, double> Values { get; init; }

    public required IReadOnlyDictionary<string, double> Tolerance { get; init; }
}

/// <summary>A large variable, by a few numbers.</summary>
internal sealed record VariableSample
{
    public required double Sum { get; init; }

    [JsonPropertyName("sum_of_squares")]
    public required double SumOfSquares { get; init; }

    public required IReadOnlyList<double> First { get; init; }

    public required IReadOnlyList<double> Last { get; init; }
}
