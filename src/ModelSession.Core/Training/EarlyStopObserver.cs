using System.Text.Json.Nodes;

namespace ModelSessions.Training;

/// <summary>Ends a training when a metric of the validation has not become better for a while. What it remembers is saved with checkpoints, so
/// that a restored training ends where one in one piece does.</summary>
public sealed class EarlyStopObserver : TrainingObserver
{
    private const string Section = "early_stop";

    private readonly int _patience;
    private BestSoFar _best;
    private long _waited;

    /// <summary>Waits for so many validations without a better value.</summary>
    /// <param name="patience">How many.</param>
    /// <param name="metric"><c>loss</c>, or a metric's name in the binding.</param>
    /// <param name="minDelta">How much better is better.</param>
    /// <param name="goal">Which value of the metric is the best.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number makes no sense.</exception>
    public EarlyStopObserver(int patience, string metric = Roles.Loss, double minDelta = 0, MetricGoal goal = MetricGoal.Automatic)
    {
        if (patience < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"The patience must be 1 validation or more; it is {patience}.");
        }

        _patience = patience;
        _best = new BestSoFar(metric, goal, minDelta);
    }

    /// <inheritdoc/>
    /// <exception cref="GraphException">The model has no such metric.</exception>
    public override void Started(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _best.Check(progress.Session);
        _best = _best.Of(progress.Session);
        JsonNode? kept = progress.Session.StateSections[Section];
        _waited = _best.TryRestore(kept) ? (long?)kept!["waited"] ?? 0 : 0;
    }

    /// <inheritdoc/>
    public override void Evaluated(TrainingProgress progress, EvaluatedPart part, EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(result);
        if (part != EvaluatedPart.Validation)
        {
            return;
        }

        _waited = _best.Take(_best.Of(result)) ? 0 : _waited + 1;
        if (_waited >= _patience)
        {
            progress.Stop(StopReason.EarlyStop, $"The validation's {_best.Metric} was not better than {_best.Value:G6} for {_waited} validations.");
            // Whoever trains on after that wants it to be so: patience begins anew, measured by the same best value.
            _waited = 0;
        }

        progress.Session.StateSections[Section] = _best.Save(section => section["waited"] = _waited);
    }
}
