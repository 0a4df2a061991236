using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Takes checkpoints' protection back: they count again when newer ones are saved, and the oldest go.</summary>
[Cmdlet(VerbsSecurity.Unprotect, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class UnprotectModelCheckpointCommand : ProtectionCommand
{
    /// <inheritdoc/>
    private protected override string Action => "Unprotect checkpoint";

    /// <inheritdoc/>
    private protected override CheckpointInfo Change(CheckpointInfo checkpoint) => CheckpointFolder.Release(checkpoint);
}
