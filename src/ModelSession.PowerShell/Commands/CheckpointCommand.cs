using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that work on checkpoints, one after the other: given by path, or as objects.</summary>
public abstract class CheckpointCommand : ModelCmdlet
{
    private readonly HashSet<string> _done = [];

    /// <summary>Checkpoints: a prefix, any file of a checkpoint, a folder for its newest; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, HelpMessage = "A prefix such as checkpoint/model.ckpt-500, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A prefix such as checkpoint/model.ckpt-500, or any file of a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Checkpoints from Get-ModelCheckpoint, Save-ModelCheckpoint or Copy-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointObjectCompleter))]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>Works on one checkpoint.</summary>
    private protected abstract void Process(CheckpointInfo checkpoint);

    /// <summary>The checkpoint that a path of the file system means.</summary>
    private protected virtual CheckpointInfo Find(string path) => CheckpointFolder.Resolve(path, WriteWarning);

    // One that is gone with its checkpoint.
    private static bool IsFileOf(string prefix, string path) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path[prefix.Length..] is ".index" or ".meta" || path[prefix.Length..].StartsWith(".data-", StringComparison.Ordinal));

    /// <inheritdoc/>
    private protected sealed override void Process()
    {
        // All are found before the first is worked on, which may be its removal: the files of one checkpoint may all match a pattern, or
        // come one after the other through the pipeline.
        List<CheckpointInfo> found = [.. Checkpoint];
        ForEachPath(Path, LiteralPath, path =>
        {
            if (System.IO.Path.Exists(path) || !_done.Any(prefix => IsFileOf(prefix, path)))
            {
                found.Add(Find(path));
            }
        });
        foreach (CheckpointInfo checkpoint in found.Where(checkpoint => _done.Add(checkpoint.Prefix)))
        {
            Guard(checkpoint, () => Process(checkpoint));
        }
    }
}
