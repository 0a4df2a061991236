using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Takes checkpoints' protection back: they count again when newer ones are saved, and the oldest go.</summary>
[Cmdlet(VerbsSecurity.Unprotect, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class UnprotectModelCheckpointCommand : CheckpointCommand
{
    /// <summary>Emits the checkpoint as it is then.</summary>
    [Parameter(HelpMessage = "Emit the checkpoint as it is then.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(CheckpointInfo checkpoint)
    {
        if (ShouldProcess(checkpoint.Prefix, "Unprotect checkpoint"))
        {
            CheckpointInfo released = CheckpointFolder.Release(checkpoint);
            if (PassThru)
            {
                WriteObject(released);
            }
        }
    }
}
