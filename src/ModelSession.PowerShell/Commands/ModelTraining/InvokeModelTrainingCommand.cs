using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Trains sessions and passes them on.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "ModelTraining", DefaultParameterSetName = "Epochs", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSession))]
public sealed partial class InvokeModelTrainingCommand : SessionCommand
{
    /// <summary>A dataset, whose training part is learnt from, or one part of it. Left out where the graph has data of its own: queues with
    /// their runners, iterators.</summary>
    [Parameter(Position = 0, HelpMessage = "A dataset from Import-ModelDataset, or one part of it. Leave it out where the graph has data of its own.")]
    [ValidateNotNull]
    [WholeDataset]
    public ModelDataset? Data { get; set; }

    /// <summary>How many times the data is gone through; 1 if nothing says how long to train.</summary>
    [Parameter(ParameterSetName = "Epochs", HelpMessage = "How many times the data is gone through.")]
    [ValidateRange(1e-9, 1e9)]
    public double? Epochs { get; set; }

    /// <summary>The number of training steps, in place of epochs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Steps", HelpMessage = "The number of training steps.")]
    [ValidateRange(1, long.MaxValue)]
    public long Steps { get; set; }

    /// <summary>The number of examples to train with, in place of epochs; the last batch is smaller if need be.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Examples", HelpMessage = "The number of examples to train with.")]
    [ValidateRange(1, long.MaxValue)]
    public long Examples { get; set; }

    /// <summary>The iteration to train to, whatever was done before: what a script that was killed, or runs each night, has left to do.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "UntilIteration", HelpMessage = "The iteration to train to, whatever was done before.")]
    [ValidateRange(1, long.MaxValue)]
    public long UntilIteration { get; set; }

    /// <summary>The longest time to train: <c>8:00</c> is eight hours. Where nothing else says how long, it does.</summary>
    [Parameter(HelpMessage = "The longest time to train, such as 8:00 for eight hours.")]
    [ValidateNotNull]
    [ValidatePositive]
    public TimeSpan? TimeLimit { get; set; }

    /// <summary>The moment to end at, in the way of the time limit.</summary>
    [Parameter(HelpMessage = "The moment to end at, such as '06:30'.")]
    [ValidateNotNull]
    public DateTime? UntilTime { get; set; }

    /// <summary>The number of examples of one step.</summary>
    [Parameter(HelpMessage = "The number of examples of one step.")]
    [ValidateRange(1, int.MaxValue)]
    public int BatchSize { get; set; } = 50;

    /// <summary>What becomes of the last examples of an epoch where they do not fill a batch: kept as a smaller one, left out, or filled up
    /// with the first ones of the next epoch.</summary>
    [Parameter(HelpMessage = "What becomes of the last examples of an epoch where they do not fill a batch.")]
    public LastBatch LastBatch { get; set; }

    /// <summary>The learning rate: a number, a table by iteration, a script block that is given the iteration as <c>$_</c>, or a schedule
    /// of New-ModelSchedule. Left out, it is the last call's, then the definition's.</summary>
    [Parameter(HelpMessage = "A number, a table such as @{ 0 = 1e-3; 1000 = 1e-4 }, a schedule of New-ModelSchedule, or a script block that is given the iteration as $_.")]
    [ValidateNotNull]
    [Schedule]
    [ArgumentCompleter(typeof(ScheduleCompleter))]
    public Schedule? LearningRate { get; set; }

    /// <summary>The probability with which dropout keeps a value, in the forms of the learning rate.</summary>
    [Parameter(HelpMessage = "The probability with which dropout keeps a value: above 0, at most 1.")]
    [ValidateNotNull]
    [Schedule]
    [ArgumentCompleter(typeof(ScheduleCompleter))]
    public Schedule? KeepProbability { get; set; }

    /// <summary>Other hyperparameters by name, in the forms of the learning rate.</summary>
    [Parameter(HelpMessage = "Other hyperparameters by name, such as @{ momentum = 0.9 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(HyperparameterTableCompleter))]
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

    /// <summary>A checkpoint is saved in the session's folder as soon as so many seconds have passed since the last one; 0 = never.</summary>
    [Parameter(HelpMessage = "Save a checkpoint in the session's folder as soon as so many seconds have passed; 0 = never.")]
    [ValidateRange(0, 1e9)]
    public double CheckpointSeconds { get; set; }

    /// <summary>The graph's own summaries are written into an event log, for TensorBoard, every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Write the graph's own summaries into an event log every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long SummaryInterval { get; set; }

    /// <summary>Histograms of the trainable variables are written into an event log every so many iterations; 0 = never.</summary>
    [Parameter(HelpMessage = "Write histograms of the trainable variables into an event log every so many iterations; 0 = never.")]
    [ValidateRange(0, long.MaxValue)]
    public long HistogramInterval { get; set; }

    /// <summary>Loss, hyperparameters and speed are written into the event log every so many iterations.</summary>
    [Parameter(HelpMessage = "Write loss, hyperparameters and speed into the event log every so many iterations.")]
    [ValidateRange(1, long.MaxValue)]
    public long LogInterval { get; set; } = 10;

    /// <summary>An event log for TensorBoard is written there: losses, metrics, hyperparameters, speed, the graph, the settings. Without it, an
    /// interval for summaries or histograms has it written into the session's folder.</summary>
    [Parameter(HelpMessage = "The folder of an event log for TensorBoard.")]
    [ValidateNotNullOrEmpty]
    public string? LogDirectory { get; set; }

    /// <summary>Which train operation, by its name in the binding, for models that have several.</summary>
    [Parameter(HelpMessage = "Which train operation, by its name in the binding, for models that have several.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TrainOperationCompleter))]
    public string? TrainOperation { get; set; }

    /// <summary>Takes the examples in their order, not in a new one each time through.</summary>
    [Parameter(HelpMessage = "Take the examples in their order, not shuffled.")]
    public SwitchParameter NoShuffle { get; set; }

    /// <summary>The seed of the order of examples; the one before if left out, at first the session's.</summary>
    [Parameter(HelpMessage = "The seed of the order of examples.")]
    [ValidateNotNull]
    public long? ShuffleSeed { get; set; }

    private EventLog? _log;

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        string action = CheckpointInterval > 0 ? $"Train, saving a checkpoint in '{session.Directory}' every {CheckpointInterval} iterations"
            : CheckpointSeconds > 0 ? $"Train, saving a checkpoint in '{session.Directory}' every {CheckpointSeconds} s"
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
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(CancelToken);
        _stop = stop;
        using InterruptedExit? interrupted = IsInteractive ? null : new InterruptedExit();
        using Termination? termination = SaveOnStop ? new Termination(stop) : null;
        TrainingResult result;
        try
        {
            TrainingOptions options = Options(session, bar);
            WriteVerbose(Plan(session, options));
            result = Data is null ? session.Train(options, stop.Token) : session.Train(Data, options, stop.Token);
        }
        finally
        {
            bar.Close();
            _log?.Dispose();
        }

        WriteVerbose($"{session}: {result.Steps:n0} steps{(Data is null ? "" : $", {result.Examples:n0} examples")} in {result.Duration.TotalSeconds:0.0} s.");
        TellReason(session, result);
    }

    private string Plan(ModelSession session, TrainingOptions options)
    {
        string data = Data is null ? "the graph's own data" : $"'{Data.Name}', {Data.Train.Count:n0} examples, {BatchSize:n0} at once";
        string rates = string.Concat(options.Hyperparameters.Select(pair => $", {pair.Key} {pair.Value}"));
        return $"{session} is trained on {data}{rates}, on the engine {session.EngineName}.";
    }

    private TrainingOptions Options(ModelSession session, ProgressBar bar)
    {
        CheckData();
        IReadOnlyDictionary<string, Schedule> hyperparameters = Hyperparameters();
        List<TrainingObserver> observers = [bar, .. Observers(session, hyperparameters.Values)];
        AddLog(session, observers);

        return new TrainingOptions
        {
            Epochs = Epochs,
            Steps = ParameterSetName == "Steps" ? Steps : null,
            Examples = ParameterSetName == "Examples" ? Examples : null,
            UntilIteration = ParameterSetName == "UntilIteration" ? UntilIteration : null,
            TimeLimit = TimeLimit,
            UntilTime = UntilTime,
            BatchSize = BatchSize,
            LastBatch = LastBatch,
            Shuffle = !NoShuffle,
            ShuffleSeed = ShuffleSeed,
            Train = TrainOperation,
            Hyperparameters = hyperparameters,
            Observers = observers,
            AllowNonFinite = AllowNonFinite,
            SaveOnStop = SaveOnStop ? new SaveOptions() : null,
        };
    }

    private void AddLog(ModelSession session, List<TrainingObserver> observers)
    {
        if (LogDirectory is null && SummaryInterval == 0 && HistogramInterval == 0)
        {
            return;
        }

        EventLog log = _log = new EventLog(session, LogDirectory is not null ? ResolvePath(LogDirectory)
            : session.Directory ?? throw new ArgumentException("The session has no folder of its own for an event log. Give one by -LogDirectory."));
        // First, since a graph may have none: then nothing is written.
        if (SummaryInterval > 0)
        {
            observers.Add(new SummaryObserver(SummaryInterval, () => log.Train));
        }

        observers.Add(new EventLogObserver(log, LogInterval));
        if (HistogramInterval > 0)
        {
            observers.Add(new HistogramObserver(log, HistogramInterval));
        }

        // A log without a curve of the validation part is of little use.
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(ValidationInterval)) && Data?.Validation is { } validation)
        {
            observers.Add(new ValidationObserver(null, validation));
        }
    }

    private void CheckData()
    {
        string[] idle =
        [
            nameof(Examples), nameof(BatchSize), nameof(LastBatch), nameof(NoShuffle), nameof(ShuffleSeed), nameof(ValidationInterval), nameof(ValidateEachEpoch), nameof(KeepBest),
            nameof(Patience),
        ];
        if (Data is null && Array.Find(idle, MyInvocation.BoundParameters.ContainsKey) is { } given)
        {
            throw new ArgumentException($"-{given} says what to do with a dataset, and none is given. Give one by -Data, or leave -{given} out where the graph has data of its own.");
        }
    }

    private Dictionary<string, Schedule> Hyperparameters()
    {
        Dictionary<string, Schedule> values = Tables.ByName((Hyperparameter ?? []).Cast<DictionaryEntry>(), entry => ScheduleAttribute.Convert(entry.Value), StringComparer.Ordinal);
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
}
