using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Protects checkpoints from being removed when newer ones are saved.</summary>
[Cmdlet(VerbsSecurity.Protect, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class ProtectModelCheckpointCommand : CheckpointCommand
{
    /// <summary>Emits the checkpoint as it is then.</summary>
    [Parameter(HelpMessage = "Emit the checkpoint as it is then.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(CheckpointInfo checkpoint)
    {
        if (ShouldProcess(checkpoint.Prefix, "Protect checkpoint"))
        {
            CheckpointInfo kept = CheckpointFolder.Keep(checkpoint);
            if (PassThru)
            {
                WriteObject(kept);
            }
        }
    }
}
