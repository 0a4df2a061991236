using Google.Protobuf.WellKnownTypes;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Writes SavedModels of TensorFlow 1's form, which its loaders of all versions read.</summary>
internal static class SavedModelWriter
{
    private const int SchemaVersion = 1;

    /// <summary>Writes a model: whatever happens, its folder is whole or not there, or, where it takes the place of another, still that one.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="meta">Its graph, with tags, signatures and saver.</param>
    /// <param name="addVariables">Adds the variables' values; null if it has none.</param>
    /// <param name="assets">The files that it brings along, by the tensor that is fed each one's path.</param>
    /// <param name="asText">Whether the graph is written as text.</param>
    /// <param name="overwrite">Whether another SavedModel in this folder may go.</param>
    /// <param name="cancel">Leaves everything as it was.</param>
    /// <exception cref="ModelFileException">The folder holds something else, an asset is missing, or nothing can be written there.</exception>
    public static void Write(
        string folder, MetaGraphDef meta, Action<BundleWriter>? addVariables, IReadOnlyList<(string Tensor, string Path)> assets, bool asText, bool overwrite, CancellationToken cancel) =>
        FolderTransaction.Write(
            folder,
            existing => overwrite && SavedModelReader.IsIn(existing),
            aside =>
            {
                AddAssets(aside, meta, assets);
                if (addVariables is not null)
                {
                    string variables = Directory.CreateDirectory(Path.Combine(aside, SavedModelKeys.VariablesFolder)).FullName;
                    BundleFiles.Write(Path.Combine(variables, SavedModelKeys.VariablesName), addVariables, cancel);
                }

                SavedModel model = new() { SavedModelSchemaVersion = SchemaVersion };
                model.MetaGraphs.Add(meta);
                using FileStream file = File.Create(Path.Combine(aside, asText ? SavedModelKeys.TextFile : SavedModelKeys.BinaryFile));
                ProtoFile.Write(file, model, asText);
            },
            cancel);

    // Copies get names of their own; the collection says which tensor is fed which.
    private static void AddAssets(string folder, MetaGraphDef meta, IReadOnlyList<(string Tensor, string Path)> assets)
    {
        meta.CollectionDef.Remove(SavedModelKeys.Assets);
        if (assets.Count == 0)
        {
            return;
        }

        string target = Directory.CreateDirectory(Path.Combine(folder, SavedModelKeys.AssetsFolder)).FullName;
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        CollectionDef collection = new() { AnyList = new() };
        foreach ((string tensor, string path) in assets)
        {
            if (!names.TryGetValue(path, out string? name))
            {
                names[path] = name = Free(target, Path.GetFileName(path));
                FileAccessErrors.Guard(path, () =>
                {
                    File.Copy(path, Path.Combine(target, name));
                    return name;
                });
            }

            collection.AnyList.Value.Add(Any.Pack(new SavedModelAsset(name, tensor).ToProto()));
        }

        meta.CollectionDef[SavedModelKeys.Assets] = collection;
    }

    private static string Free(string folder, string name)
    {
        string free = name;
        for (int i = 1; File.Exists(Path.Combine(folder, free)); i++)
        {
            free = $"{Path.GetFileNameWithoutExtension(name)}_{i}{Path.GetExtension(name)}";
        }

        return free;
    }
}
