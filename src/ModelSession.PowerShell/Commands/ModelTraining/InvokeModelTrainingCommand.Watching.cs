using System.Management.Automation;
using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <content>What is watched and told while a session is trained.</content>
public sealed partial class InvokeModelTrainingCommand
{
    private CancellationTokenSource? _stop;

    /// <summary>The validation part is evaluated and reported at the end of each epoch.</summary>
    [Parameter(HelpMessage = "Evaluate the validation part and report it at the end of each epoch.")]
    public SwitchParameter ValidateEachEpoch { get; set; }

    /// <summary>Whenever this metric of the validation is better than before, a checkpoint 'best' is saved in the session's folder, beside the
    /// others.</summary>
    [Parameter(HelpMessage = "The metric of the validation by which the best checkpoint is kept: Accuracy, Loss, or another of the model's.")]
    [ArgumentCompleter(typeof(MetricNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? KeepBest { get; set; }

    /// <summary>The training ends after so many validations without a better value.</summary>
    [Parameter(HelpMessage = "End the training after so many validations without a better value.")]
    [ValidateRange(1, int.MaxValue)]
    public int? Patience { get; set; }

    /// <summary>The metric by which patience is measured.</summary>
    [Parameter(HelpMessage = "The metric of the validation by which patience is measured: Loss, Accuracy, or another of the model's.")]
    [ArgumentCompleter(typeof(MetricNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Monitor { get; set; } = "Loss";

    /// <summary>Which value of the metric that patience is measured by, or the best checkpoint is kept by, is the best: the lowest or the highest.
    /// Automatic goes by what the model says of its metrics, else by their names.</summary>
    [Parameter(HelpMessage = "Which value of the metric of -Patience or -KeepBest is the best: Minimum or Maximum.")]
    public MetricGoal Goal { get; set; }

    /// <summary>How much better a value must be to count for patience.</summary>
    [Parameter(HelpMessage = "How much better a value must be to count for patience.")]
    [ValidateRange(0, double.MaxValue)]
    public double MinDelta { get; set; }

    /// <summary>A checkpoint is saved in the session's folder when the training ends, early or not: also at a time limit and at Ctrl+C.</summary>
    [Parameter(HelpMessage = "Save a checkpoint in the session's folder when the training ends, early or not.")]
    public SwitchParameter SaveOnStop { get; set; }

    /// <summary>Trains on where the loss is NaN or infinite, which else ends the training before anything bad is saved.</summary>
    [Parameter(HelpMessage = "Train on where the loss is NaN or infinite.")]
    public SwitchParameter AllowNonFinite { get; set; }

    private IEnumerable<TrainingObserver> Observers(ModelSession session, IEnumerable<Schedule> schedules)
    {
        CheckFolder(session);
        if (ReportInterval > 0)
        {
            yield return new ReportObserver(ReportInterval, (progress, result) => Report(progress, "batch", result));
        }

        // What goes by validations has them at the end of each epoch, unless told otherwise.
        bool eachEpoch = ValidateEachEpoch || (ValidationInterval == 0 && (KeepBest is not null || Patience is not null || schedules.Any(schedule => schedule.CaptureState() is not null)));
        if (ValidationInterval > 0 || eachEpoch)
        {
            yield return new ValidationObserver(ValidationInterval > 0 ? ValidationInterval : null, ValidationPart(), (progress, result) => Report(progress, "validation", result)) { EachEpoch = eachEpoch };
        }

        if (Patience is { } patience)
        {
            yield return new EarlyStopObserver(patience, Monitor, MinDelta, Goal);
        }

        if (CheckpointInterval > 0)
        {
            yield return new CheckpointObserver(CheckpointInterval, report: Saved);
        }

        if (CheckpointSeconds > 0)
        {
            yield return new CheckpointObserver(TimeSpan.FromSeconds(CheckpointSeconds), report: Saved);
        }

        if (KeepBest is not null)
        {
            yield return new BestCheckpointObserver(KeepBest, report: Saved, goal: Goal);
        }
    }

    private DatasetPart ValidationPart() => Data switch
    {
        null => throw new ArgumentException("A validation needs a dataset, and none is given. Give one by -Data, or leave out what goes by validations."),
        { Validation: { } part } => part,
        _ => throw new ArgumentException($"The dataset '{Data.Name}' has no validation part; leave out -ValidationInterval and what else goes by validations, or give a dataset that has one."),
    };

    private void CheckFolder(ModelSession session)
    {
        if (CheckpointInterval > 0 || CheckpointSeconds > 0 || KeepBest is not null || SaveOnStop)
        {
            if (session.Directory is null)
            {
                throw new ArgumentException("The session has no folder of its own for checkpoints. Create it with New-ModelSession -Directory, or save it once with Save-ModelCheckpoint -Path.");
            }

            this.WarnOfOtherModel(session, null);
        }

        if (Patience is null && (MyInvocation.BoundParameters.ContainsKey(nameof(Monitor)) || MyInvocation.BoundParameters.ContainsKey(nameof(MinDelta))))
        {
            throw new ArgumentException("-Monitor and -MinDelta say by what patience is measured; give -Patience, too.");
        }

        CheckGoal();
    }

    private void CheckGoal()
    {
        if (Goal != MetricGoal.Automatic && KeepBest is null && Patience is null)
        {
            throw new ArgumentException("-Goal says which value of a metric is the best; give -Patience or -KeepBest, too.");
        }

        if (Goal != MetricGoal.Automatic && KeepBest is not null && Patience is not null && !KeepBest.Equals(Monitor, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"-Goal is said of one metric, but -KeepBest goes by '{KeepBest}' and -Patience by '{Monitor}'. Leave it out where their names tell, or name the metrics in the model's binding, under 'minimum' or 'maximum'.");
        }
    }

    private void TellReason(ModelSession session, TrainingResult result)
    {
        switch (result.StopReason)
        {
            case StopReason.EndOfData:
                WriteWarning($"{session}: the graph's own data ended after {result.Steps:n0} steps and does not begin anew by what is run after a restore.");
                break;
            case StopReason.NaN:
                WriteWarning($"{session}: the training was stopped. {result.Explanation}");
                break;
            case StopReason.EarlyStop or StopReason.TimeLimit:
                WriteInformation($"{session}: ended by {result.StopReason} after {result.Steps:n0} steps.{(result.Explanation is null ? "" : " " + result.Explanation)}", ["ModelSession", "end"]);
                break;
        }
    }

    private void Saved(TrainingProgress progress, CheckpointInfo checkpoint) => Tell(() => WriteVerbose($"Saved '{checkpoint.Prefix}'."));

    private void Report(TrainingProgress progress, string part, EvaluationResult result) =>
        Tell(() => WriteInformation(TrainingReport.Of(progress, part, result), ["ModelSession", part]));

    /// <summary>Writes, unless the pipeline is being stopped: then the training ends in order, after the step at hand.</summary>
    internal void Tell(Action write)
    {
        try
        {
            write();
        }
        catch (PipelineStoppedException)
        {
            _stop?.Cancel();
        }
    }
}
