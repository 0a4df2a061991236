using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Saves a checkpoint that this module and TensorFlow restore.</summary>
[Cmdlet(VerbsData.Save, "ModelCheckpoint", SupportsShouldProcess = true)]
[OutputType(typeof(CheckpointInfo))]
public sealed class SaveModelCheckpointCommand : SessionCommand
{
    /// <summary>The folder; the session's own by default. It is made if it is not there.</summary>
    [Parameter(Position = 0, HelpMessage = "The folder of checkpoints; the session's own by default.")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The beginning of the files' names; the iteration follows.</summary>
    [Parameter(HelpMessage = "The beginning of the files' names; the iteration follows.")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = ModelSession.DefaultCheckpointName;

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        string? folder = Path is null ? session.Directory : ResolvePath(Path);
        if (ShouldProcess(folder ?? session.ToString(), $"Save checkpoint of {session}"))
        {
            WriteObject(session.Save(folder, Name, CancelToken));
        }
    }
}
