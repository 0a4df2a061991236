namespace ModelSessions;

/// <summary>A number that is fed at each call: learning rate, keep probability. Structure, in contrast, is fixed when a graph is built.</summary>
/// <param name="Name">Its name in the binding: <c>learning_rate</c>. Case and underscores do not matter when it is looked up.</param>
/// <param name="Training">The value for training, where a call gives none; null if it must be given.</param>
/// <param name="Evaluation">The value for evaluation; null if it must be given.</param>
public sealed record Hyperparameter(string Name, double? Training, double? Evaluation)
{
    /// <summary>A hyperparameter whose value for evaluation is the one for training.</summary>
    public Hyperparameter(string name, double value)
        : this(name, value, value)
    {
    }

    /// <summary>Whether two spellings mean the same: <c>LearningRate</c>, <c>learning_rate</c>.</summary>
    public static bool SameName(string first, string second) => string.Equals(Plain(first), Plain(second), StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
