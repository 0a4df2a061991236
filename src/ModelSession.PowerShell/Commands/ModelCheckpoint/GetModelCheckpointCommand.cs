using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists the whole checkpoints of folders, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "ModelCheckpoint", DefaultParameterSetName = "Path")]
[OutputType(typeof(CheckpointInfo))]
public sealed class GetModelCheckpointCommand : ModelCmdlet
{
    /// <summary>Folders; wildcards are allowed. The current location by default.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, HelpMessage = "Folders of checkpoints.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["."];

    /// <summary>Folders, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "Folders of checkpoints.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (string path in ParameterSetName == "Path" ? Path : LiteralPath)
        {
            Guard(path, () =>
            {
                foreach (string folder in ParameterSetName == "Path" ? ResolveWildcards(path) : [ResolvePath(path)])
                {
                    WriteObject(CheckpointFolder.List(folder), enumerateCollection: true);
                }
            });
        }
    }
}
