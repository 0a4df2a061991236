using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Compares checkpoints tensor by tensor; no graph is needed.</summary>
[Cmdlet(VerbsData.Compare, "ModelCheckpoint")]
[OutputType(typeof(CheckpointDifference))]
public sealed class CompareModelCheckpointCommand : ModelCmdlet
{
    /// <summary>What is compared with: a checkpoint from Get-ModelCheckpoint, or a path: a folder (its newest), a prefix, any file of one.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "What is compared with: a checkpoint from Get-ModelCheckpoint, a folder, a prefix, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public object ReferenceCheckpoint { get; set; } = "";

    /// <summary>What is compared, in the same forms.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, HelpMessage = "What is compared: a checkpoint from Get-ModelCheckpoint, a folder, a prefix, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public object DifferenceCheckpoint { get; set; } = "";

    /// <summary>Names of tensors; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Names of tensors; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Emits tensors that are the same in both, too.</summary>
    [Parameter(HelpMessage = "Emit tensors that are the same in both, too.")]
    public SwitchParameter IncludeEqual { get; set; }

    /// <inheritdoc/>
    private protected override void Process() => Guard(ReferenceCheckpoint, () =>
    {
        using CheckpointReader reference = Open(ReferenceCheckpoint);
        Guard(DifferenceCheckpoint, () =>
        {
            using CheckpointReader difference = Open(DifferenceCheckpoint);
            Compare(reference, difference);
        });
    });

    private void Compare(CheckpointReader reference, CheckpointReader difference)
    {
        HashSet<string> names = [.. reference.Tensors.Concat(difference.Tensors).Select(tensor => tensor.Name)];
        foreach (string name in Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            Guard(name, () => throw new MissingVariableException(
                $"Neither '{reference.Prefix}' nor '{difference.Prefix}' has a tensor '{name}'.{NearestNames.Hint(name, names)}", reference.Prefix, [name]));
        }

        WildcardPattern[] patterns = [.. Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        using WorkBar bar = new(this, "Comparing checkpoints");
        long done = 0;
        foreach (CheckpointDifference found in CheckpointComparison.Between(reference, difference, CancelToken))
        {
            if (Array.Exists(patterns, pattern => pattern.IsMatch(found.Name)) && (IncludeEqual || found.Change != CheckpointChange.Same))
            {
                WriteObject(found);
            }

            bar.Report(++done, names.Count, WorkUnit.Tensors);
        }
    }

    private CheckpointReader Open(object checkpoint) => CheckpointReader.Open(Tables.Plain(checkpoint) switch
    {
        CheckpointInfo info => info.Prefix,
        FileSystemInfo file => CheckpointFolder.Resolve(file.FullName, WriteWarning).Prefix,
        string path => CheckpointFolder.Resolve(ResolvePath(path), WriteWarning).Prefix,
        var other => throw new ArgumentException($"'{other}' is no checkpoint. Give one from Get-ModelCheckpoint, or a path."),
    });
}
