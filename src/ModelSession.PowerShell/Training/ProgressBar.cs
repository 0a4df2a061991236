using System.Globalization;
using System.Management.Automation;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Shows a training as PowerShell's progress bar, a few times a second at most.</summary>
internal sealed class ProgressBar(InvokeModelTrainingCommand cmdlet, ModelSession session) : TrainingObserver
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private TimeSpan _shown = TimeSpan.MinValue;

    /// <inheritdoc/>
    public override void Stepped(TrainingProgress progress)
    {
        TimeSpan elapsed = progress.Elapsed;
        if (_shown == TimeSpan.MinValue || elapsed - _shown >= s_pause)
        {
            _shown = elapsed;
            cmdlet.Tell(() => cmdlet.Show(Record(progress)));
        }
    }

    /// <summary>Takes the bar away.</summary>
    public void Close() => cmdlet.Tell(() => cmdlet.Show(new ProgressRecord(session.Id, $"Training {session.Name}", "done") { RecordType = ProgressRecordType.Completed }));

    private ProgressRecord Record(TrainingProgress progress) => new(session.Id, $"Training {session.Name}", Status(progress))
    {
        PercentComplete = progress.TotalSteps == 0 ? -1 : (int)Math.Clamp(100 * (decimal)progress.Steps / progress.TotalSteps, 0, 100),
        SecondsRemaining = (int)Math.Min(int.MaxValue, progress.Remaining?.TotalSeconds ?? -1),
    };

    private static string Status(TrainingProgress progress)
    {
        string steps = $"{progress.StepsPerSecond.ToString("0.#", CultureInfo.InvariantCulture)} steps/s";
        return $"iteration {progress.Iteration:n0}{(progress.TotalSteps > 0 ? $" of {progress.FirstIteration + progress.TotalSteps:n0}" : "")}{(progress.Loss is { } loss ? $", loss {loss:0.0000}" : "")}, {steps}{(progress.ExamplesPerSecond > 0 ? $", {progress.ExamplesPerSecond:n0} examples/s" : "")}";
    }
}
