using System.Globalization;
using System.Text;

namespace ModelSessions.Training;

/// <summary>Writes numbers of a training into an event log: the loss of each batch, hyperparameters, speed, all metrics that other observers
/// have evaluated; and once, as text, how it is trained.</summary>
public sealed class EventLogObserver : TrainingObserver
{
    private readonly EventLog _log;
    private readonly long _interval;
    private long _logged = -1;

    /// <summary>Writes at the first step, every so many iterations, counted from iteration 0, and at the last step.</summary>
    /// <param name="log">The log; it stays the caller's.</param>
    /// <param name="interval">The number of iterations.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is below 1.</exception>
    public EventLogObserver(EventLog log, long interval = 10)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        (_log, _interval) = (log, interval);
    }

    /// <inheritdoc/>
    public override void Started(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Session.History.Runs is [.., TrainingRun run])
        {
            _log.Train.WriteText(progress.FirstIteration, "settings", Settings(progress.Session, run));
        }

        _log.Flush(atOnce: true);
    }

    /// <inheritdoc/>
    public override void Stepped(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Steps == 1 || progress.Iteration % _interval == 0)
        {
            Log(progress);
        }
    }

    /// <inheritdoc/>
    public override void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(result);
        // The batch's loss before its step is there already.
        KeyValuePair<string, double>[] loss = result.Loss is { } value ? [KeyValuePair.Create(part == EvaluatedPart.Batch ? "loss_after_step" : "loss", value)] : [];
        (part == EvaluatedPart.Batch ? _log.Train : _log.Validation).WriteScalars(progress.Iteration, Numbers(loss.Concat(result.Metrics.Where(metric => metric.Key != "loss"))));
        _log.Flush();
    }

    /// <inheritdoc/>
    public override void Settled(TrainingProgress progress) => _log.Flush();

    /// <inheritdoc/>
    public override void Ended(TrainingProgress progress, TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Steps > 0 && _logged != progress.Iteration)
        {
            Log(progress);
        }

        _log.Flush(atOnce: true);
    }

    private void Log(TrainingProgress progress)
    {
        _logged = progress.Iteration;
        List<KeyValuePair<string, double>> values = [];
        Add("loss", progress.Loss);
        foreach (Hyperparameter hyperparameter in progress.Session.Hyperparameters)
        {
            Add(hyperparameter.Name, hyperparameter.Training);
        }

        // TensorFlow's StepCounterHook calls it so.
        Add("global_step/sec", progress.StepsPerSecond is > 0 and var steps ? steps : null);
        Add("examples/sec", progress.ExamplesPerSecond is > 0 and var examples ? examples : null);
        _log.Train.WriteScalars(progress.Iteration, Numbers(values));

        void Add(string tag, double? value)
        {
            if (value is { } number)
            {
                values.Add(KeyValuePair.Create(tag, number));
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, float>> Numbers(IEnumerable<KeyValuePair<string, double>> values) =>
        values.Select(pair => KeyValuePair.Create(pair.Key, (float)pair.Value));

    // A table in Markdown, which TensorBoard lays out.
    private static string Settings(ModelSession session, TrainingRun run)
    {
        StringBuilder text = new("| setting | value |\n| --- | --- |\n");
        Row("model", session.Name);
        Row("structure", session.Parameters);
        Row("run", run.Number);
        Row("started", run.Started.ToString("u", CultureInfo.InvariantCulture));
        Row("from iteration", run.FirstIteration);
        Row("from checkpoint", run.StartedFrom);
        Row("train operation", run.TrainOperation);
        Row("dataset", run.Dataset);
        Row("fingerprint", run.Fingerprint);
        Row("batch size", run.BatchSize);
        Row("last batch", run.LastBatch);
        Row("shuffle", run.Shuffle);
        Row("seed", run.Seed);
        foreach (RunHyperparameter hyperparameter in run.Hyperparameters)
        {
            Row(hyperparameter.Name, hyperparameter.Schedule ?? hyperparameter.Start?.ToString(CultureInfo.InvariantCulture));
        }

        Row("version", run.Version);
        Row("engine", $"{run.Engine}, {run.Threads} threads, {run.Processor}, {run.Runtime}");
        return text.ToString();

        void Row(string name, object? value)
        {
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } shown)
            {
                text.Append("| ").Append(Cell(name)).Append(" | ").Append(Cell(shown)).Append(" |\n");
            }
        }
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
