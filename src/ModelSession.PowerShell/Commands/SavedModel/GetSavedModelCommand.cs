using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists the graphs of SavedModels: their tags, signatures and assets.</summary>
[Cmdlet(VerbsCommon.Get, "SavedModel", DefaultParameterSetName = "Path")]
[OutputType(typeof(SavedModelGraph))]
public sealed class GetSavedModelCommand : ModelCmdlet
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

    /// <inheritdoc/>
    private protected override string Subject => "Model";

    /// <inheritdoc/>
    private protected override void Process() => ForEachPath(Path, LiteralPath, path =>
    {
        SavedModelInfo model = SavedModelInfo.Read(path);
        foreach (SavedModelGraph graph in model.Graphs)
        {
            PSObject result = new(graph);
            result.Properties.Add(new PSNoteProperty("Folder", model.Folder));
            // With it, and its tags, the graph can be piped into Restore-ModelSession.
            result.Properties.Add(new PSNoteProperty("PSPath", model.Folder));
            WriteObject(result);
        }
    });
}
