using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Finds tensors by name: of a session's graph, or those in a checkpoint, for which no graph is needed.</summary>
[Cmdlet(VerbsCommon.Get, "GraphTensor", DefaultParameterSetName = "Session")]
[OutputType(typeof(GraphTensor), ParameterSetName = ["Session"])]
[OutputType(typeof(CheckpointTensor), ParameterSetName = ["Checkpoint", "Path", "LiteralPath"])]
public sealed class GetGraphTensorCommand : ModelCmdlet
{
    /// <summary>Names of tensors (<c>train/loss:0</c>), operations (<c>train/loss</c>) or roles (<c>loss</c>), in a checkpoint of variables;
    /// wildcards match names. All by default.</summary>
    [Parameter(Position = 0, HelpMessage = "Names of tensors, operations or roles, in a checkpoint of variables; wildcards match names.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Sessions, from New-ModelSession or Restore-ModelSession.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Checkpoints, from Get-ModelCheckpoint or Save-ModelCheckpoint.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Checkpoint", ValueFromPipeline = true, HelpMessage = "A checkpoint from Get-ModelCheckpoint or Save-ModelCheckpoint.")]
    [ValidateNotNullOrEmpty]
    public CheckpointInfo[] Checkpoint { get; set; } = [];

    /// <summary>Checkpoints: a folder (its newest), a prefix, any file of a checkpoint; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path", HelpMessage = "A folder of checkpoints, a prefix, or any file of a checkpoint.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CheckpointCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A folder of checkpoints, a prefix, or any file of a checkpoint.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Reads the values too, into a property Value of what is emitted.</summary>
    [Parameter(ParameterSetName = "Checkpoint", HelpMessage = "Read the values too, into a property Value.")]
    [Parameter(ParameterSetName = "Path", HelpMessage = "Read the values too, into a property Value.")]
    [Parameter(ParameterSetName = "LiteralPath", HelpMessage = "Read the values too, into a property Value.")]
    public SwitchParameter IncludeValue { get; set; }

    /// <inheritdoc/>
    private protected override void Process()
    {
        foreach (ModelSession session in Session)
        {
            Guard(session, () => OfSession(session));
        }

        foreach (CheckpointInfo checkpoint in Checkpoint)
        {
            Guard(checkpoint, () => OfCheckpoint(checkpoint.Prefix));
        }

        List<string> prefixes = [];
        ForEachPath(Path, LiteralPath, path => prefixes.Add(CheckpointFolder.Resolve(path, WriteWarning).Prefix));
        foreach (string prefix in prefixes.Distinct())
        {
            Guard(prefix, () => OfCheckpoint(prefix));
        }
    }

    private void OfSession(ModelSession session)
    {
        foreach (string name in Name)
        {
            if (Pattern(name) is { } pattern)
            {
                WriteObject(
                    session.Graph.Operations.SelectMany(operation => operation.Outputs)
                        .Where(tensor => pattern.IsMatch(tensor.Name) || pattern.IsMatch(tensor.Operation.Name)),
                    enumerateCollection: true);
            }
            else
            {
                Guard(name, () => WriteObject(session.Tensor(name)));
            }
        }
    }

    private void OfCheckpoint(string prefix)
    {
        using CheckpointReader reader = CheckpointReader.Open(prefix);
        foreach (string name in Name)
        {
            if (Pattern(name) is { } pattern)
            {
                foreach (CheckpointTensor tensor in reader.Tensors.Where(tensor => pattern.IsMatch(tensor.Name)))
                {
                    Guard(tensor.Name, () => Write(reader, tensor));
                }
            }
            else
            {
                Guard(name, () => Write(reader, reader.FindVariable(name) ?? throw new MissingVariableException(
                    $"'{prefix}' has no tensor '{name}'.{NearestNames.Hint(name, reader.Tensors.Select(tensor => tensor.Name))}", prefix, [name])));
            }
        }
    }

    private void Write(CheckpointReader reader, CheckpointTensor tensor)
    {
        PSObject result = new(tensor);
        if (IncludeValue)
        {
            result.Properties.Add(new PSNoteProperty("Value", reader.Read(tensor.Name, CancelToken)));
        }

        WriteObject(result);
    }

    private static WildcardPattern? Pattern(string name) =>
        WildcardPattern.ContainsWildcardCharacters(name) ? new(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant) : null;
}
