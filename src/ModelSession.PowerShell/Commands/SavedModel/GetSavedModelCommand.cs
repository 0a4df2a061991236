using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists the graphs of SavedModels: their tags, signatures and assets.</summary>
[Cmdlet(VerbsCommon.Get, "SavedModel", DefaultParameterSetName = "Path")]
[OutputType(typeof(SavedModelGraph))]
public sealed class GetSavedModelCommand : SavedModelCommand
{
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
