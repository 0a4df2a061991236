namespace ModelSessions;

/// <summary>The calls that a history consists of.</summary>
/// <remarks>An interface, as <see cref="IGraphContent"/> is: below a session ConvertTo-Json tells how much there was, not every point.</remarks>
public interface IHistoryContent
{
    /// <summary>The calls, oldest first; the last one may still be under way.</summary>
    IReadOnlyList<TrainingRun> Runs { get; }
}

/// <summary>The calls that a history consists of, as a property of it.</summary>
public static class HistoryContent
{
    extension(TrainingHistory history)
    {
        /// <inheritdoc cref="IHistoryContent.Runs"/>
        public IReadOnlyList<TrainingRun> Runs => ((IHistoryContent)history).Runs;
    }
}
