using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Looks at the operations of graphs: of sessions, of checkpoints, or of files, for which no engine is opened.</summary>
[Cmdlet(VerbsCommon.Get, "GraphOperation", DefaultParameterSetName = "Session")]
[OutputType(typeof(GraphOperationInfo))]
public sealed class GetGraphOperationCommand : GraphCommand
{
    /// <summary>Names of operations, of their tensors, or roles; wildcards match names. All by default.</summary>
    [Parameter(Position = 0, HelpMessage = "Names of operations, of their tensors, or roles; wildcards match names.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Files with a graph: a .meta file, a frozen graph (.pb, .pbtxt), the folder of a SavedModel, a checkpoint; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", HelpMessage = "A .meta file, a frozen graph, the folder of a SavedModel, or a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A .meta file, a frozen graph, the folder of a SavedModel, or a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Op kinds, such as MatMul; wildcards are allowed.</summary>
    [Parameter(HelpMessage = "Op kinds, such as MatMul; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationTypeCompleter))]
    public string[] Type { get; set; } = [];

    /// <summary>Only operations that take one of these tensors, or any result of one of these operations; wildcards match names.</summary>
    [Parameter(HelpMessage = "Tensors or operations, by name or role: only what takes one of them is wanted; wildcards match names.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] Uses { get; set; } = [];

    /// <summary>Only operations whose results one of these takes; wildcards match names.</summary>
    [Parameter(HelpMessage = "Operations, by name or role: only what one of them takes is wanted; wildcards match names.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] UsedBy { get; set; } = [];

    /// <summary>With -Uses and -UsedBy: also what is reached through others.</summary>
    [Parameter(HelpMessage = "With -Uses and -UsedBy: also what is reached through others.")]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Of a SavedModel with several graphs the tags of the one that is wanted, all of them.</summary>
    [Parameter(ParameterSetName = "Path", HelpMessage = "Of a SavedModel with several graphs the tags of the one that is wanted, all of them.")]
    [Parameter(ParameterSetName = "LiteralPath", HelpMessage = "Of a SavedModel with several graphs the tags of the one that is wanted, all of them.")]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(TagCompleter))]
    public string[]? Tag { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Model";

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Write(GraphOperationIndex.Of(session)));
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => Write(GraphOperationIndex.Read(checkpoint.Prefix, Tag, WriteWarning)));
        }

        ForEachPath(Path, LiteralPath, path => Write(GraphOperationIndex.Read(path, Tag, WriteWarning)));
    }

    private void Write(GraphOperationIndex index)
    {
        HashSet<string>? users = Around(Uses, name => index.Users(name, Recurse));
        HashSet<string>? used = Around(UsedBy, name => index.UsedBy(name, Recurse));
        WildcardPattern[] types = [.. Type.Select(Pattern)];
        foreach (string name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                WildcardPattern pattern = Pattern(name);
                WriteObject(index.Operations.Where(operation => pattern.IsMatch(operation.Name) && IsWanted(operation)), enumerateCollection: true);
            }
            else
            {
                Guard(name, () => WriteObject(new[] { index.Operation(name) }.Where(IsWanted), enumerateCollection: true));
            }
        }

        HashSet<string>? Around(string[] names, Func<string, IReadOnlySet<string>> neighbours) => names.Length == 0 ? null : names
            .SelectMany(name => WildcardPattern.ContainsWildcardCharacters(name)
                ? index.Operations.Select(operation => operation.Name).Where(Pattern(name).IsMatch)
                : [name])
            .SelectMany(neighbours).ToHashSet(StringComparer.Ordinal);

        bool IsWanted(GraphOperationInfo operation) => users?.Contains(operation.Name) != false && used?.Contains(operation.Name) != false
            && (types.Length == 0 || Array.Exists(types, type => type.IsMatch(operation.Type)));
    }

    private static WildcardPattern Pattern(string text) => new(text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}
