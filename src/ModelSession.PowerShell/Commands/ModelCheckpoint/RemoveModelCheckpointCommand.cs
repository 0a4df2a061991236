using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Removes checkpoints; the folder's state file names the newest that is left.</summary>
[Cmdlet(VerbsCommon.Remove, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
public sealed class RemoveModelCheckpointCommand : CheckpointCommand
{
    /// <summary>Removes protected checkpoints too.</summary>
    [Parameter(HelpMessage = "Remove protected checkpoints too.")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override CheckpointInfo Find(string path) => System.IO.Directory.Exists(path)
        ? throw new ModelFileException(
            StatusCode.InvalidArgument, path, "this is a folder. Name a checkpoint in it, or remove all with Get-ModelCheckpoint … | Remove-ModelCheckpoint.")
        : base.Find(path);

    /// <inheritdoc/>
    private protected override void Process(CheckpointInfo checkpoint)
    {
        if (checkpoint.IsKept && !Force)
        {
            throw new ModelFileException(StatusCode.FailedPrecondition, checkpoint.Prefix, "this checkpoint is protected. Use -Force, or Unprotect-ModelCheckpoint.");
        }

        if (ShouldProcess(checkpoint.Prefix, "Remove checkpoint"))
        {
            CheckpointFolder.Remove(checkpoint);
        }
    }
}
