using System.Globalization;
using System.Management.Automation;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Shows a training as PowerShell's progress bar, a few times a second at most.</summary>
internal sealed class ProgressBar(Cmdlet cmdlet, ModelSession session) : TrainingObserver
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
            double rate = progress.Steps / elapsed.TotalSeconds;
            cmdlet.WriteProgress(Record(string.Create(
                CultureInfo.InvariantCulture,
                $"iteration {progress.Iteration:n0}{(progress.TotalSteps > 0 ? $" of {progress.FirstIteration + progress.TotalSteps:n0}" : "")}{(progress.Loss is { } loss ? $", loss {loss:0.0000}" : "")}, {rate:0.#} steps/s")));
        }

        ProgressRecord Record(string status) => new(session.Id, $"Training {session.Name}", status)
        {
            PercentComplete = progress.TotalSteps == 0 ? -1 : (int)Math.Clamp(100 * progress.Steps / Math.Max(1, progress.TotalSteps), 0, 100),
            SecondsRemaining = progress.TotalSteps == 0 ? -1 : (int)Math.Min(int.MaxValue, (progress.TotalSteps - progress.Steps) * elapsed.TotalSeconds / progress.Steps),
        };
    }

    /// <summary>Takes the bar away.</summary>
    public void Close() => cmdlet.WriteProgress(new ProgressRecord(session.Id, $"Training {session.Name}", "done") { RecordType = ProgressRecordType.Completed });
}
