using System.Management.Automation;

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

    /// <summary>Emits $true or $false alone; what is not there is $false.</summary>
    [Parameter(HelpMessage = "Emit $true or $false alone; what is not there is $false.")]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
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
        IReadOnlyList<CheckpointFault> faults = CheckpointReader.Verify(prefix, _ => count++, CancelToken);
        WriteObject(Quiet ? faults.Count == 0 : new CheckpointTest(prefix, count, faults));
    }
}
