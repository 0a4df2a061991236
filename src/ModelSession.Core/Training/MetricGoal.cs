namespace ModelSessions.Training;

/// <summary>Which value of a metric is the best.</summary>
public enum MetricGoal
{
    /// <summary>What the model says (<see cref="Roles.Minimum"/>, <see cref="Roles.Maximum"/>), else what the name tells: more is better of accuracies
    /// and the like, less of losses and errors.</summary>
    Automatic,

    /// <summary>The lowest.</summary>
    Minimum,

    /// <summary>The highest.</summary>
    Maximum,
}
