using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that look into graphs: of sessions, of checkpoints, or of files.</summary>
public abstract class GraphCommand : ModelCmdlet
{
    /// <summary>Sessions, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Checkpoints, from Get-ModelCheckpoint or Save-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [Checkpoint]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];
}
