using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The graph in a file, whatever the file is, as it stands there.</summary>
internal static class StoredGraph
{
    /// <summary>Reads the graph of a checkpoint, a <c>.meta</c> file, a GraphDef or a SavedModel.</summary>
    /// <param name="path">What <see cref="ModelSource.Of"/> takes.</param>
    /// <param name="tags">Of a SavedModel the tags of the graph; null for the only one, or the one to be served.</param>
    /// <exception cref="ModelFileException">It is not there, or damaged.</exception>
    public static GraphDef Read(string path, IReadOnlyCollection<string>? tags = null)
    {
        ModelSource source = ModelSource.Of(path);
        return source.Kind switch
        {
            ModelSourceKind.Graph => GraphFile.Read(source.Path),
            ModelSourceKind.SavedModel => Of(SavedModelReader.Open(source.Path).Select(tags), source.Path),
            ModelSourceKind.MetaGraph => OfMeta(source.Path),
            _ => OfMeta(MetaGraphFile.PathFor(CheckpointFolder.Resolve(source.Path, withGraph: true))),
        };
    }

    private static GraphDef OfMeta(string path) => Of(MetaGraphFile.Read(path), path);

    private static GraphDef Of(MetaGraphDef meta, string path) =>
        meta.GraphDef ?? throw new ModelFileException(StatusCode.DataLoss, path, "the file holds no graph; it is damaged.");
}
