using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Takes values of a checkpoint into live sessions, whatever graph it was saved from; no .meta file is needed.</summary>
[Cmdlet(VerbsData.Restore, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(RestoreReport))]
public sealed class RestoreModelCheckpointCommand : RestoreCommand
{
    /// <summary>The checkpoint: a folder (its newest), a prefix, any file of it, a state file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", HelpMessage = "A folder of checkpoints, a prefix such as checkpoint/model.ckpt-500, or any file of a checkpoint.")]
    [Alias("LiteralPath")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string Path { get; set; } = "";

    /// <summary>A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo? Checkpoint { get; set; }

    /// <summary>The sessions, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>The checkpoint of this iteration in the folder, in place of the newest.</summary>
    [Parameter(ParameterSetName = "Path", HelpMessage = "The checkpoint of this iteration in the folder, in place of the newest.")]
    [ArgumentCompleter(typeof(IterationCompleter))]
    public long? Iteration { get; set; }

    /// <summary>The scope of the graph whose variables are meant; the checkpoint knows them without it.</summary>
    [Parameter(HelpMessage = "The scope of the graph whose variables are meant; the checkpoint knows them without it.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ScopeCompleter))]
    public string? Scope { get; set; }

    /// <inheritdoc/>
    private protected override void Process() => Guard(Checkpoint ?? (object)Path, () =>
    {
        CheckpointInfo checkpoint = Checkpoint
            ?? (Iteration is { } iteration ? CheckpointFolder.At(ResolvePath(Path), iteration) : CheckpointFolder.Resolve(ResolvePath(Path), WriteWarning));
        foreach (ModelSession session in Session)
        {
            Guard(session, () =>
            {
                if (ShouldProcess($"{session}", $"Restore variables from {checkpoint.Prefix}"))
                {
                    using WorkBar bar = new(this, $"Restoring {checkpoint.Name}");
                    RestoreReport report = session.Load(checkpoint, Options(Scope) with { Progress = bar.Report }, CancelToken);
                    WriteVerbose($"{session}: variables of '{checkpoint.Prefix}': {report}.");
                    WriteObject(report);
                }
            });
        }
    });
}
