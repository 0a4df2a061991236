using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Rebuilds sessions from checkpoints: graph, structure and values.</summary>
[Cmdlet(VerbsData.Restore, "ModelSession", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelSession))]
public sealed class RestoreModelSessionCommand : ModelCmdlet
{
    /// <summary>Checkpoints: a folder (its newest), a prefix, any file of a checkpoint, a state file; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, HelpMessage = "A folder of checkpoints, a prefix such as checkpoint/model.ckpt-500, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A folder of checkpoints, a prefix, or any file of a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Checkpoints from Save-ModelCheckpoint or Get-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Save-ModelCheckpoint or Get-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>The structure that the model must have: <c>@{ Layer1 = 32 }</c>. Another one is an error.</summary>
    [Parameter(HelpMessage = "The structure that the model must have, such as @{ Layer1 = 32 }.")]
    [ValidateNotNull]
    public Hashtable? Structure { get; set; }

    /// <summary>Tensor names by role, for graphs that bring none or others: <c>@{ loss = 'train/loss:0' }</c>.</summary>
    [Parameter(HelpMessage = "Tensor names by role, such as @{ loss = 'train/loss:0' }.")]
    [ValidateNotNull]
    [BindingTable]
    public Binding? Binding { get; set; }

    /// <summary>The session's own folder; the checkpoint's by default.</summary>
    [Parameter(HelpMessage = "The session's own folder; the checkpoint's by default.")]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>Threads for one run; 0 = all processors. Results do not depend on it.</summary>
    [Parameter(HelpMessage = "Threads for one run; 0 = all processors.")]
    [ValidateRange(0, 1024)]
    public int ThreadCount { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Restore(checkpoint.Prefix));
        }

        foreach (string path in LiteralPath)
        {
            Guard(path, () => Restore(ResolvePath(path)));
        }

        foreach (string path in Path)
        {
            Guard(path, () =>
            {
                // The files of one checkpoint may all match a pattern.
                foreach (string prefix in ResolveWildcards(path).Select(match => CheckpointFolder.Resolve(match, WriteWarning).Prefix).Distinct())
                {
                    Restore(prefix);
                }
            });
        }
    }

    private void Restore(string path)
    {
        ModelSession session = ModelSession.Restore(path, new SessionOptions
        {
            Engines = Engines.All,
            ThreadCount = ThreadCount,
            Directory = Directory is null ? null : ResolvePath(Directory),
            Structure = Structure is null ? null : Tables.ToDictionary(Structure),
            Binding = Binding,
        });
        this.Announce(session);
        WriteObject(session);
    }
}
