using ModelSessions.Files;

namespace ModelSessions;

/// <summary>What is in a SavedModel, without opening a session.</summary>
/// <param name="Folder">The model's folder, a full path.</param>
/// <param name="IsText">Whether its graphs are in <c>saved_model.pbtxt</c>.</param>
/// <param name="SchemaVersion">The version of the format, 1 for all so far.</param>
/// <param name="Graphs">Its graphs.</param>
/// <param name="VariablesPrefix">The prefix of the checkpoint with its variables; null if it has none.</param>
public sealed record SavedModelInfo(string Folder, bool IsText, long SchemaVersion, IReadOnlyList<SavedModelGraph> Graphs, string? VariablesPrefix)
{
    /// <summary>Reads what is in a SavedModel.</summary>
    /// <param name="path">Its folder, or its <c>saved_model.pb</c> or <c>saved_model.pbtxt</c>.</param>
    /// <exception cref="ModelFileException">It is not there or damaged.</exception>
    public static SavedModelInfo Read(string path)
    {
        SavedModelReader reader = SavedModelReader.Open(path);
        return new SavedModelInfo(
            reader.Folder, reader.IsText, reader.Model.SavedModelSchemaVersion, reader.Guard(() => reader.Model.MetaGraphs.Select(SavedModelGraph.From).ToArray()), reader.VariablesPrefix);
    }

    /// <summary>The folder.</summary>
    public override string ToString() => Folder;
}
