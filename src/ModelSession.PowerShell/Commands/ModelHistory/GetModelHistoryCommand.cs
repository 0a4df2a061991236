using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Tells what sessions, or the models in checkpoints, were trained with, call by call.</summary>
[Cmdlet(VerbsCommon.Get, "ModelHistory", DefaultParameterSetName = "Path")]
[OutputType(typeof(TrainingRun), typeof(PSObject))]
public sealed class GetModelHistoryCommand : ModelCmdlet
{
    /// <summary>Sessions, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Checkpoints from Get-ModelCheckpoint or Save-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>Folders, for their newest checkpoints, or single checkpoints by their prefix or any of their files; wildcards are allowed. The
    /// current location by default.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "Folders of checkpoints, or prefixes or files of single ones.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = ["."];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "Folders of checkpoints, or prefixes or files of single ones.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Gives the losses and metrics of all calls, a row each: fit for Export-Csv.</summary>
    [Parameter(HelpMessage = "Give the losses and metrics of all calls, a row each, in place of the calls.")]
    public SwitchParameter Points { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case "Session":
                foreach (ModelSession session in Session)
                {
                    Guard(session, () => Write(session.History));
                }

                break;
            case "Checkpoint":
                foreach (CheckpointInfo checkpoint in Checkpoint)
                {
                    Guard(checkpoint, () => Write(checkpoint));
                }

                break;
            default:
                ForEachPath(ParameterSetName == "Path" ? Path : [], LiteralPath, path => Write(CheckpointFolder.Resolve(path, WriteWarning)));
                break;
        }
    }

    private void Write(CheckpointInfo checkpoint) => Write(TrainingHistory.Of(checkpoint, WriteWarning));

    private void Write(TrainingHistory history)
    {
        if (Points)
        {
            foreach (IReadOnlyList<KeyValuePair<string, object?>> row in history.Rows())
            {
                WriteObject(HistoryObjects.Of(row));
            }
        }
        else
        {
            WriteObject(history.Runs.Select(HistoryObjects.Of), enumerateCollection: true);
        }
    }
}
