using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;
using ModelSessions.Files;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Trains sessions and passes them on.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ModelTraining", DefaultParameterSetName = "Epochs", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSession))]
public sealed class InvokeModelTrainingCommand : SessionCommand
{
    /// <summary>A dataset, whose training part is learnt from, or one part of it. Left out where the graph has data of its own: queues with
    /// their runners, iterators.</summary>
    [Parameter(Position = 0, HelpMessage = "A dataset from Import-ModelDataset, or one part of it. Leave it out where the graph has data of its own.")]
    [ValidateNotNull]
    [WholeDataset]
    public ModelDataset? Data { get; set; }

    /// <summary>How many times the data is gone through; 1 by default.</summary>
    [Parameter(ParameterSetName = "Epochs", HelpMessage = "How many times the data is gone through.")]
    [ValidateRange(1e-9, 1e9)]
    public double Epochs { get; set; } = 1;

    /// <summary>The number of training steps, in place of epochs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Steps", HelpMessage = "The number of training steps.")]
    [ValidateRange(1, long.MaxValue)]
    public long Steps { get; set; }

    /// <summary>The number of examples of one step.</summary>
    [Parameter(HelpMessage = "The number of examples of one step.")]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; } = 50;

    /// <summary>The learning rate: a number, a table by iteration, a script block that is given the iteration as <c>$_</c>, or a schedule.
    /// Left out, it is the last call's, then the definition's.</summary>
    [Parameter(HelpMessage = "A number, a table such as @{ 0 = 1e-3; 1000 = 1e-4 }, or a script block that is given the iteration as $_.")]
    [ValidateNotNull]
    [Schedule]
    public Schedule? LearningRate { get; set; }

    /// <summary>The probability with which dropout keeps a value, in the forms of the learning rate.</summary>
    [Parameter(HelpMessage = "The probability with which dropout keeps a value: above 0, at most 1.")]
    [ValidateNotNull]
    [Schedule]
    public Schedule? KeepProbability { get; set; }

    /// <summary>Other hyperparameters by name, in the forms of the learning rate.</summary>
    [Parameter(HelpMessage = "Other hyperparameters by name, such as @{ momentum = 0.9 }.")]
    [ValidateNotNull]
    public Hashtable? Hyperparameter { get; set; }

    /// <summary>The batch just learnt from is reported on the information stream every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Report the batch just learnt from every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long ReportInterval { get; set; } = 50;

    /// <summary>The validation part is evaluated and reported on the information stream every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Evaluate the validation part and report it every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long ValidationInterval { get; set; }

    /// <summary>A checkpoint is saved in the session's folder every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Save a checkpoint in the session's folder every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long CheckpointInterval { get; set; }

    /// <summary>A checkpoint is saved in the session's folder as soon as so much time has passed: <c>0:10</c> is ten minutes.</summary>
    [Parameter(HelpMessage = "Save a checkpoint in the session's folder as soon as so much time has passed, such as 0:10 for ten minutes.")]
    [ValidateNotNull]
    [ValidatePositive]
    public TimeSpan? CheckpointPeriod { get; set; }

    /// <summary>The graph's own summaries are written into an event log, for TensorBoard, every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Write the graph's own summaries into an event log every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long SummaryInterval { get; set; }

    /// <summary>The folder of the event log; the session's own by default.</summary>
    [Parameter(HelpMessage = "The folder of the event log; the session's own by default.")]
    [ValidateNotNullOrEmpty]
    public string? LogDirectory { get; set; }

    /// <summary>Which train operation, by its name in the binding, for models that have several.</summary>
    [Parameter(HelpMessage = "Which train operation, by its name in the binding, for models that have several.")]
    [ValidateNotNullOrEmpty]
    public string? TrainOperation { get; set; }

    /// <summary>Takes the examples in their order, not in a new one each time through.</summary>
    [Parameter(HelpMessage = "Take the examples in their order, not shuffled.")]
    public SwitchParameter NoShuffle { get; set; }

    private EventWriter? _log;

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        string action = CheckpointInterval > 0 ? $"Train, saving a checkpoint in '{session.Directory}' every {CheckpointInterval} iterations"
            : CheckpointPeriod is { } period ? $"Train, saving a checkpoint in '{session.Directory}' every {period}"
            : "Train";
        if (ShouldProcess(session.ToString(), action))
        {
            Train(session);
        }

        WriteObject(session);
    }

    private void Train(ModelSession session)
    {
        ProgressBar bar = new(this, session);
        TrainingResult result;
        try
        {
            TrainingOptions options = Options(session, bar);
            result = Data is null ? session.Train(options, CancelToken) : session.Train(Data, options, CancelToken);
        }
        finally
        {
            bar.Close();
            _log?.Dispose();
        }

        WriteVerbose(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{session}: {result.Steps:n0} steps{(Data is null ? "" : $", {result.Examples:n0} examples")} in {result.Duration.TotalSeconds:0.0} s."));
        if (result.StopReason == StopReason.EndOfData)
        {
            WriteWarning($"{session}: the graph's own data ended after {result.Steps:n0} steps and does not begin anew by what is run after a restore.");
        }
    }

    private TrainingOptions Options(ModelSession session, ProgressBar bar)
    {
        CheckData();
        List<TrainingObserver> observers = [bar];
        if (ReportInterval > 0)
        {
            observers.Add(new ReportObserver(ReportInterval, (progress, result) => Report(progress, "batch", result)));
        }

        if (ValidationInterval > 0)
        {
            observers.Add(new ValidationObserver(
                ValidationInterval,
                Data!.Validation ?? throw new ArgumentException($"The dataset '{Data.Name}' has no validation part; leave -ValidationInterval out or give a dataset that has one."),
                (progress, result) => Report(progress, "validation", result)));
        }

        if (session.Directory is null && (CheckpointInterval > 0 || CheckpointPeriod is not null))
        {
            throw new ArgumentException("The session has no folder of its own for checkpoints. Create it with New-ModelSession -Directory, or save it once with Save-ModelCheckpoint -Path.");
        }

        if (CheckpointInterval > 0)
        {
            observers.Add(new CheckpointObserver(CheckpointInterval, report: Saved));
        }

        if (CheckpointPeriod is { } period)
        {
            observers.Add(new CheckpointObserver(period, report: Saved));
        }

        if (SummaryInterval > 0)
        {
            string folder = LogDirectory is not null ? ResolvePath(LogDirectory)
                : session.Directory ?? throw new ArgumentException("The session has no folder of its own for an event log. Give one by -LogDirectory.");
            observers.Add(new SummaryObserver(SummaryInterval, () => _log = EventWriter.Create(folder)));
        }

        return new TrainingOptions
        {
            Epochs = ParameterSetName == "Epochs" ? Epochs : null,
            Steps = ParameterSetName == "Steps" ? Steps : null,
            BatchSize = BatchSize,
            Shuffle = !NoShuffle,
            Train = TrainOperation,
            Hyperparameters = Hyperparameters(),
            Observers = observers,
        };
    }

    private void CheckData()
    {
        string[] idle = [nameof(BatchSize), nameof(NoShuffle), nameof(ValidationInterval)];
        if (Data is null && Array.Find(idle, MyInvocation.BoundParameters.ContainsKey) is { } given)
        {
            throw new ArgumentException($"-{given} says what to do with a dataset, and none is given. Give one by -Data, or leave -{given} out where the graph has data of its own.");
        }
    }

    private void Saved(TrainingProgress progress, CheckpointInfo checkpoint) => WriteVerbose($"Saved '{checkpoint.Prefix}'.");

    private Dictionary<string, Schedule> Hyperparameters()
    {
        Dictionary<string, Schedule> values = [];
        foreach (DictionaryEntry entry in Hyperparameter ?? [])
        {
            values.Add(entry.Key.ToString()!, ScheduleAttribute.Convert(entry.Value));
        }

        Add("learning_rate", "LearningRate", LearningRate);
        Add("keep_probability", "KeepProbability", KeepProbability);
        return values;

        void Add(string name, string parameter, Schedule? schedule)
        {
            if (schedule is null)
            {
                return;
            }

            if (values.Keys.Any(key => ModelSessions.Hyperparameter.SameName(key, name)))
            {
                throw new ArgumentException($"'{name}' is given twice, by -{parameter} and by -Hyperparameter.");
            }

            values.Add(name, schedule);
        }
    }

    private void Report(TrainingProgress progress, string part, EvaluationResult result) =>
        WriteInformation(new TrainingReport(progress.Iteration, part, result.Accuracy, result.Loss, result.Count), ["ModelSession", part]);
}
