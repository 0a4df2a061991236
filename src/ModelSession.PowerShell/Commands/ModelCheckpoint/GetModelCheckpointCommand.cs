using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists the whole checkpoints of folders, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "ModelCheckpoint", DefaultParameterSetName = "Path")]
[OutputType(typeof(CheckpointInfo))]
public sealed class GetModelCheckpointCommand : ModelCmdlet
{
    private readonly HashSet<string> _listed = [];
    private readonly HashSet<string> _damaged = [];

    /// <summary>Folders, or single checkpoints by their prefix or any of their files; wildcards are allowed. The current location by default.</summary>
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

    /// <summary>Sessions, whose folders are listed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "Sessions, whose folders are listed.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Those of these iterations alone.</summary>
    [Parameter(HelpMessage = "List the checkpoints of these iterations alone.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(IterationCompleter))]
    public long[] Iteration { get; set; } = [];

    /// <summary>The newest of each folder alone.</summary>
    [Parameter(HelpMessage = "List the newest of each folder alone.")]
    public SwitchParameter Newest { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        ForEachPath(ParameterSetName == "Path" ? Path : [], LiteralPath, Write);
        foreach (ModelSession session in Session)
        {
            Guard(session, () =>
            {
                // One that has saved nothing has no folder, or one that is not there yet.
                if (session.Directory is { } folder && Directory.Exists(folder))
                {
                    Write(folder);
                }
            });
        }
    }

    private void Write(string path)
    {
        CheckpointInfo[] wanted = [.. List(path).Where(IsWanted)];
        WriteObject(wanted.Where(checkpoint => _listed.Add(checkpoint.Prefix)), enumerateCollection: true);
        if (!Directory.Exists(path))
        {
            return;
        }

        HashSet<long> told = [.. wanted.Select(checkpoint => checkpoint.Iteration).OfType<long>()];
        foreach (DamagedCheckpoint damaged in CheckpointFolder.ListDamaged(path).Where(damaged => IsWanted(damaged, wanted)))
        {
            told.UnionWith(damaged.Iteration is { } iteration ? [iteration] : []);
            if (_damaged.Add(damaged.Prefix))
            {
                Guard(damaged.Prefix, () => throw damaged.Error);
            }
        }

        foreach (long iteration in Iteration.Where(iteration => !Newest && !told.Contains(iteration)))
        {
            // There is none, which it says.
            Guard(path, () => CheckpointFolder.At(path, iteration));
        }
    }

    private static IReadOnlyList<CheckpointInfo> List(string path)
    {
        if (Directory.Exists(path))
        {
            return CheckpointFolder.List(path);
        }

        // Its folder knows whether it is the newest.
        CheckpointInfo one = CheckpointFolder.Resolve(path);
        return [CheckpointFolder.List(one.Folder).FirstOrDefault(other => other.Prefix == one.Prefix) ?? one];
    }

    private bool IsWanted(CheckpointInfo checkpoint) =>
        (!Newest || checkpoint.IsNewest) && (Iteration.Length == 0 || (checkpoint.Iteration is { } iteration && Iteration.Contains(iteration)));

    // Where the newest is wanted, one that is older does not matter.
    private bool IsWanted(DamagedCheckpoint damaged, CheckpointInfo[] listed) => Iteration.Length > 0
        ? damaged.Iteration is { } iteration && Iteration.Contains(iteration)
        : !Newest || listed is not [var newest] || damaged.Iteration > newest.Iteration;
}
