using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Protects checkpoints from being removed when newer ones are saved.</summary>
[Cmdlet(VerbsSecurity.Protect, "ModelCheckpoint", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class ProtectModelCheckpointCommand : ProtectionCommand
{
    /// <inheritdoc/>
    private protected override string Action => "Protect checkpoint";

    /// <inheritdoc/>
    private protected override CheckpointInfo Change(CheckpointInfo checkpoint) => CheckpointFolder.Keep(checkpoint);
}
