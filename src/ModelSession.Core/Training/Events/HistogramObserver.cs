using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Training;

/// <summary>Writes histograms of what a model learns into an event log, as <c>tf.summary.histogram</c> of each trainable variable does.</summary>
public sealed class HistogramObserver : TrainingObserver
{
    private readonly EventLog _log;
    private readonly long _interval;
    private string[] _variables = [];

    /// <summary>Writes every so many iterations, counted from iteration 0.</summary>
    /// <param name="log">The log; it stays the caller's.</param>
    /// <param name="interval">The number of iterations.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is below 1.</exception>
    public HistogramObserver(EventLog log, long interval)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, 1);
        (_log, _interval) = (log, interval);
    }

    /// <inheritdoc/>
    public override void Started(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        HashSet<string> known = [.. progress.Session.Variables.Select(variable => variable.Name)];
        _variables = [.. progress.Session.Graph.Builder.Variables(CollectionKeys.TrainableVariables).Select(variable => variable.Name).Where(known.Contains).Distinct()];
    }

    /// <inheritdoc/>
    public override void Stepped(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Iteration % _interval == 0)
        {
            Summary summary = new();
            foreach (string name in _variables)
            {
                progress.Session.Engine.LendVariable(name, value => Add(summary, name, value));
            }

            _log.Train.Write(new Event { Step = progress.Iteration, Summary = summary });
        }
    }

    // Numbers that are none have no bucket.
    private static void Add(Summary summary, string tag, Tensor value)
    {
        if (value.DType.IsObject() || value.DType.IsComplex())
        {
            return;
        }

        HistogramBuckets buckets = new();
        for (long i = 0; i < value.ElementCount; i++)
        {
            double number = NumberCopy.Get(value, i);
            if (double.IsFinite(number))
            {
                buckets.Add(number);
            }
        }

        if (!buckets.IsEmpty)
        {
            summary.Value.Add(new Summary.Types.Value { Tag = tag, Histo = buckets.ToProto() });
        }
    }
}
