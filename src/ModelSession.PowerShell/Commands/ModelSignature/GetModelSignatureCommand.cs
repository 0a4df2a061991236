using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists what models can be run by: the signatures of sessions, or of SavedModels, for which no session is needed.</summary>
[Cmdlet(VerbsCommon.Get, "ModelSignature", DefaultParameterSetName = "Path")]
[OutputType(typeof(SignatureInfo))]
public sealed class GetModelSignatureCommand : ModelCmdlet
{
    /// <summary>SavedModels: their folders, or the <c>saved_model.pb</c> or <c>.pbtxt</c> in them; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, HelpMessage = "The folder of a SavedModel.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "The folder of a SavedModel.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Sessions.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Names of signatures; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Names of signatures; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    private protected override string Subject => "Model";

    /// <inheritdoc/>
    private protected override void Process()
    {
        WildcardPattern[] patterns = [.. Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Write(session.Signatures, [], patterns));
        }

        ForEachPath(Path, LiteralPath, path =>
        {
            foreach (SavedModelGraph graph in SavedModelInfo.Read(path).Graphs)
            {
                Write(graph.Signatures, graph.Tags, patterns);
            }
        });
    }

    private void Write(IEnumerable<SignatureInfo> signatures, IReadOnlyList<string> tags, WildcardPattern[] patterns)
    {
        foreach (SignatureInfo signature in signatures.Where(signature => Array.Exists(patterns, pattern => pattern.IsMatch(signature.Name))))
        {
            PSObject result = new(signature);
            result.Properties.Add(new PSNoteProperty("Tags", tags));
            WriteObject(result);
        }
    }
}
