using System.Collections;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Reads checkpoints to their ends and verifies all checksums.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ModelCheckpoint", DefaultParameterSetName = "Path")]
[OutputType(typeof(CheckpointTest), typeof(bool))]
public sealed class TestModelCheckpointCommand : ModelCmdlet
{
    private readonly HashSet<string> _tested = [];

    /// <summary>Folders, of which every checkpoint is tested, prefixes, or files of checkpoints; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, HelpMessage = "A folder, of which every checkpoint is tested, a prefix, or any file of a checkpoint.")]
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
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>A dataset, or one part of it, on which the model of each sound checkpoint is tested, too.</summary>
    [Parameter(HelpMessage = "A dataset, or one part of it, on which the model of each sound checkpoint is tested, too.")]
    [ValidateNotNull]
    [TestPart]
    public DatasetPart? Data { get; set; }

    /// <summary>What the model must at least reach, by metric: <c>@{ Accuracy = 0.97 }</c>.</summary>
    [Parameter(HelpMessage = "What the model must at least reach, by metric, such as @{ Accuracy = 0.97 }.")]
    [ValidateNotNull]
    public IDictionary Minimum { get; set; } = new Hashtable();

    /// <summary>What it must not go above, by metric: <c>@{ Loss = 0.1 }</c>.</summary>
    [Parameter(HelpMessage = "What the model must not go above, by metric, such as @{ Loss = 0.1 }.")]
    [ValidateNotNull]
    public IDictionary Maximum { get; set; } = new Hashtable();

    /// <summary>Emits $true or $false alone; what is not there is $false.</summary>
    [Parameter(HelpMessage = "Emit $true or $false alone; what is not there is $false.")]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        if (Data is null && Minimum.Count + Maximum.Count > 0)
        {
            throw new ArgumentException("How good a model is, only data tell. Give -Data, too.");
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Test(checkpoint.Prefix));
        }

        ForEachPath(Path, LiteralPath, path =>
        {
            foreach (string prefix in CheckpointFolder.Prefixes(path).Where(_tested.Add))
            {
                Test(prefix);
            }
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
        IReadOnlyList<CheckpointFault> faults = CheckpointReader.Verify(prefix, _ => count++, cancel: CancelToken);
        CheckpointTest test = new(prefix, count, faults);
        if (Data is not null && faults.Count == 0)
        {
            MetricLimits limits = LimitArguments.Of(Minimum, Maximum);
            using ModelSession session = ModelSession.Restore(prefix, new SessionOptions { Engines = Engines.All }, CancelToken);
            EvaluationResult result = session.Evaluate(Data, cancel: CancelToken);
            test = test with { Evaluation = result, Missed = limits.Missed(result) };
        }

        WriteObject(Quiet ? test.Passed : test);
    }
}
