using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Reads checkpoints to their ends and verifies all checksums.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ModelCheckpoint", DefaultParameterSetName = "Path")]
[OutputType(typeof(CheckpointTest), typeof(bool))]
public sealed class TestModelCheckpointCommand : LimitCommand
{
    private readonly HashSet<string> _tested = [];
    private WorkBar? _all;
    private long _done;
    private long? _expected;

    /// <summary>Folders, of which every checkpoint is tested, prefixes, or files of checkpoints; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "A folder, of which every checkpoint is tested, a prefix, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A folder, of which every checkpoint is tested, a prefix, or any file of a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Checkpoints from Get-ModelCheckpoint or Save-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>A dataset, or one part of it, on which the model of each sound checkpoint is tested, too.</summary>
    [Parameter(HelpMessage = "A dataset, or one part of it, on which the model of each sound checkpoint is tested, too.")]
    [ValidateNotNull]
    [TestPart]
    public DatasetPart? Data { get; set; }

    /// <summary>Emits $true or $false alone; what is not there is $false.</summary>
    [Parameter(HelpMessage = "Emit $true or $false alone; what is not there is $false.")]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The engine that runs the model, with -Data; by default the first that can.</summary>
    [Parameter(HelpMessage = "The engine that runs the model, with -Data; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        if (Data is null && Minimum.Count + Maximum.Count > 0)
        {
            throw new ArgumentException("How good a model is, only data tell. Give -Data, too.");
        }

        _all ??= Bar("Testing checkpoints");
        // How many the pipeline, or a pattern, will bring nobody knows.
        bool isKnown = !MyInvocation.ExpectingInput && Path.Length + LiteralPath.Length <= 1 && !Path.Any(WildcardPattern.ContainsWildcardCharacters);
        _expected = isKnown ? Checkpoint.Length : null;
        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Test(checkpoint.Prefix));
        }

        ForEachPath(Path, LiteralPath, path =>
        {
            string[] prefixes = [.. CheckpointFolder.Prefixes(path).Where(_tested.Add)];
            _expected += prefixes.Length;
            Array.ForEach(prefixes, Test);
        });
    }

    /// <inheritdoc/>
    private protected override bool Answers(Exception error)
    {
        bool isAnswer = Quiet && error is ModelFileException { Code: StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.DataLoss };
        if (isAnswer)
        {
            WriteObject(false);
        }

        return isAnswer;
    }

    private void Test(string prefix)
    {
        int count = 0;
        string name = System.IO.Path.GetFileName(prefix);
        _done++;
        using WorkBar reading = new(this, $"Reading {name}", _all);
        IReadOnlyList<CheckpointFault> faults = CheckpointReader.Verify(
            prefix,
            _ => count++,
            progress => Show(reading, name, progress),
            CancelToken);
        reading.Dispose();
        WriteVerbose($"'{prefix}': {count:n0} tensors are read to their ends, {(faults.Count == 0 ? "all are sound" : $"{faults.Count:n0} faults are found")}.");
        CheckpointTest test = new(prefix, count, faults);
        if (Data is not null && faults.Count == 0)
        {
            MetricLimits limits = Limits();
            using ModelSession session = Restore(prefix);
            using WorkBar testing = new(this, $"Testing {session.Name}", _all);
            EvaluationResult result = session.Evaluate(Data, ModelSession.DefaultEvaluationBatchSize, done => Show(testing, name, new WorkProgress(done, Data.Count, WorkUnit.Examples)), CancelToken);
            WriteVerbose($"{session} is evaluated on '{Data.Name}', {Data.Count:n0} examples, on the engine {session.EngineName}.");
            PlanMessages.TellAll(this, session);
            test = test with { Evaluation = result, Missed = limits.Missed(result) };
        }

        WriteObject(Quiet ? test.Passed : Data is null ? test : LimitArguments.WithMetrics(test));
    }

    private ModelSession Restore(string prefix)
    {
        string name = System.IO.Path.GetFileName(prefix);
        using WorkBar restoring = new(this, $"Restoring {name}", _all);
        RestoreOptions values = new() { Progress = progress => Show(restoring, name, progress) };
        return ModelSession.Restore(prefix, new SessionOptions { Engines = Engines.All, EngineName = Engine, Restore = values }, CancelToken);
    }

    // The one that is being tested is not done.
    private void Show(WorkBar part, string name, WorkProgress progress)
    {
        _all!.Report(_done - 1, _expected, WorkUnit.Checkpoints, name);
        part.Report(progress);
    }
}
