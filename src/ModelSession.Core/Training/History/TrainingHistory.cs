using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions;

/// <summary>What a session was trained with, call by call, over all processes: it travels in the <c>.meta</c> file of each checkpoint. Its
/// size is bounded: the newest <see cref="MostRuns"/> calls are kept, all but the newest few with <see cref="OldPoints"/> points each.</summary>
public sealed class TrainingHistory : IHistoryContent
{
    /// <summary>The most calls that are kept.</summary>
    public const int MostRuns = 200;

    /// <summary>The points that are kept of a call which is no longer among the newest <see cref="WholeRuns"/>.</summary>
    public const int OldPoints = 16;

    /// <summary>The newest calls, which keep all their points.</summary>
    public const int WholeRuns = 8;

    private readonly List<TrainingRun> _runs;
    private RunRecorder? _last;

    internal TrainingHistory(IEnumerable<TrainingRun>? runs = null, int forgotten = 0)
    {
        _runs = [.. runs ?? []];
        Forgotten = forgotten;
        Trim(MostRuns);
    }

    /// <inheritdoc cref="IHistoryContent.Runs"/>
    internal IReadOnlyList<TrainingRun> Runs => _last is null ? [.. _runs] : [.. _runs, _last.Run];

    IReadOnlyList<TrainingRun> IHistoryContent.Runs => Runs;

    /// <summary>How many calls there were, with those that are no longer kept.</summary>
    public int Count => Runs.Count + Forgotten;

    /// <summary>The steps of the calls that are kept.</summary>
    public long Steps => Runs.Sum(run => run.Steps);

    /// <summary>How many calls before these are no longer kept.</summary>
    public int Forgotten { get; private set; }

    /// <summary><c>3 runs, 600 steps</c>.</summary>
    public override string ToString() => $"{Count:n0} runs, {Steps:n0} steps{(Forgotten > 0 ? $" in the last {Runs.Count:n0}" : "")}";

    /// <summary>The history that a checkpoint tells of, by its own <c>.meta</c> file; empty where it tells none.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="warn">Is told of one that is damaged, or whose file is; null for nobody.</param>
    public static TrainingHistory Of(CheckpointInfo checkpoint, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return HistoryJson.Read(checkpoint, warn ?? (_ => { }));
    }

    /// <summary>The points of all calls as rows of one table, with the same columns in each: run, iteration, loss, then metrics of the batch and
    /// of the validation part, such as <c>ValidationAccuracy</c>.</summary>
    public IEnumerable<IReadOnlyList<KeyValuePair<string, object?>>> Rows() => HistoryRows.Of(Runs);

    internal RunRecorder Begin(ModelSession session, DatasetPart? part, TrainingOptions options, string operation, DatasetPosition? position)
    {
        Close();
        return _last = new RunRecorder(Forgotten + _runs.Count + 1, session, part, options, operation, position);
    }

    /// <summary>The call is about to end; what is saved until then tells so. Null if it is not said why.</summary>
    internal void Ending(StopReason? reason) => _last?.Ending(reason);

    /// <summary>The call has ended. One that did nothing is none.</summary>
    internal void End()
    {
        _last?.Close();
        _last = _last?.Run.Steps > 0 ? _last : null;
    }

    /// <summary>Notes a checkpoint with the call that it was saved in, or after.</summary>
    internal void Saved(CheckpointInfo checkpoint) => _last?.Saved(checkpoint.Name);

    private void Close()
    {
        if (_last is not null)
        {
            _runs.Add(_last.Run);
            _last = null;
            Trim(MostRuns - 1);
        }
    }

    private void Trim(int most)
    {
        int over = Math.Max(0, _runs.Count - most);
        _runs.RemoveRange(0, over);
        Forgotten += over;
        for (int i = 0; i < _runs.Count - WholeRuns; i++)
        {
            if (_runs[i].Points.Count > OldPoints)
            {
                _runs[i] = _runs[i] with { Points = Thinned<TrainingPoint>.Of(_runs[i].Points, OldPoints) };
            }
        }
    }
}
