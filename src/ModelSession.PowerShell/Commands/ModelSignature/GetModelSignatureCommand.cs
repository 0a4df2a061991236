using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists what models can be run by: the signatures of sessions, or of SavedModels, for which no session is needed.</summary>
[Cmdlet(VerbsCommon.Get, "ModelSignature", DefaultParameterSetName = "Path")]
[OutputType(typeof(SignatureInfo))]
public sealed class GetModelSignatureCommand : SavedModelCommand
{
    /// <summary>Sessions.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Session", ValueFromPipeline = true, HelpMessage = "A session from New-ModelSession or Restore-ModelSession.")]
    [ValidateNotNullOrEmpty]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession[] Session { get; set; } = [];

    /// <summary>Names of signatures; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Names of signatures; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    private protected override void Process()
    {
        WildcardPattern[] patterns = [.. Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        foreach (ModelSession session in Session)
        {
            Guard(session, () => Write(session.Signatures.Select(signature => (signature, (IReadOnlyList<string>)[])), patterns));
        }

        ForEachPath(
            Path, LiteralPath, path => Write(SavedModelInfo.Read(path).Graphs.SelectMany(graph => graph.Signatures.Select(signature => (signature, graph.Tags))), patterns));
    }

    private void Write(IEnumerable<(SignatureInfo Signature, IReadOnlyList<string> Tags)> known, WildcardPattern[] patterns)
    {
        string[] names = [.. known.Select(pair => pair.Signature.Name).Distinct()];
        foreach ((SignatureInfo signature, IReadOnlyList<string> tags) in known.Where(pair => Array.Exists(patterns, pattern => pattern.IsMatch(pair.Signature.Name))))
        {
            PSObject result = new(signature);
            result.Properties.Add(new PSNoteProperty("Tags", tags));
            WriteObject(result);
        }

        foreach (string name in Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !names.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            Guard(name, () => throw new GraphException(
                StatusCode.NotFound, $"The model has no signature '{name}'. It has {(names.Length == 0 ? "none" : string.Join(", ", names.Select(other => $"'{other}'")))}."));
        }
    }
}
