using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Training;

/// <summary>Writes the graph's own summaries into an event log, as <c>tf.train.SummarySaverHook</c> does: of the batch and of the moment of the
/// step itself.</summary>
public sealed class SummaryObserver : TrainingObserver
{
    private readonly long _interval;
    private readonly Func<EventWriter> _open;
    private EventWriter? _log;
    private IReadOnlyList<string> _names = [];

    /// <summary>Writes every so many iterations, counted from iteration 0.</summary>
    /// <param name="interval">The number of iterations.</param>
    /// <param name="log">Opens the event log when the training begins; it stays the caller's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is below 1.</exception>
    public SummaryObserver(long interval, Func<EventWriter> log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        ArgumentNullException.ThrowIfNull(log);
        (_interval, _open) = (interval, log);
    }

    /// <inheritdoc/>
    /// <exception cref="GraphException">The graph has no summaries.</exception>
    public override void Started(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _names = Find(progress.Session.Graph);
        _log = _open();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Wanted(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return (progress.Iteration + 1) % _interval == 0 ? _names : [];
    }

    /// <inheritdoc/>
    public override void Given(TrainingProgress progress, IReadOnlyList<Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(values);
        Summary all = new();
        foreach (Tensor value in values)
        {
            all.MergeFrom(Summary.Parser.ParseFrom(value.StringBytes(0)));
        }

        _log!.Write(new Event { Step = progress.Iteration, Summary = all });
    }

    /// <inheritdoc/>
    public override void Ended(TrainingProgress progress, TrainingResult result) => _log?.Flush();

    // The operation that merges them, where there is one; else all of them.
    private static string[] Find(Graph graph)
    {
        string[] merged = Names(graph, CollectionKeys.SummaryOp), each = merged.Length > 0 ? merged : Names(graph, CollectionKeys.Summaries);
        return each.Length > 0
            ? each
            : throw new GraphException(
                StatusCode.NotFound,
                $"The graph has no summaries: its collections '{CollectionKeys.SummaryOp}' and '{CollectionKeys.Summaries}' are empty. Add ScalarSummary and HistogramSummary operations to '{CollectionKeys.Summaries}', or train without an interval for summaries.");
    }

    private static string[] Names(Graph graph, string collection) =>
        [.. graph.Collections.Names(collection).Select(name => name.Contains(':', StringComparison.Ordinal) ? name : name + ":0").Distinct()];
}
