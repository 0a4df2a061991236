using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A file that a SavedModel brings along.</summary>
/// <param name="FileName">Its name, relative to the model's <c>assets</c> folder.</param>
/// <param name="Tensor">The tensor that is fed its path when the model is opened.</param>
public sealed record SavedModelAsset(string FileName, string Tensor)
{
    /// <summary>Where the file is, or should be: some models are whole without a file that their graph never reads.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="ModelFileException">The name leads out of the assets folder.</exception>
    internal string Locate(string folder)
    {
        string assets = Path.Combine(folder, SavedModelKeys.AssetsFolder);
        string path = FileName.Length > 0 && !FileName.Contains('\0', StringComparison.Ordinal) ? Path.GetFullPath(Path.Combine(assets, FileName)) : assets;
        // Names with a backslash or a drive mean a file of their own on one system and a way out on another.
        if (!path.StartsWith(assets + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.IsPathRooted(FileName) || FileName.AsSpan().IndexOfAny('\\', ':') >= 0)
        {
            throw new ModelFileException(
                StatusCode.PermissionDenied, folder, $"the model's asset '{FileName}' is outside of its assets folder. Such a model is not opened: it could read any file of this machine.");
        }

        return path;
    }

    /// <summary>The assets of a graph: of the field if it has any, else of the collection, where TensorFlow 1 keeps them. One for a tensor: Python
    /// writes down twice what both a table and its author put into the collection of assets, and takes the last.</summary>
    /// <exception cref="GraphException">An asset is damaged.</exception>
    internal static IReadOnlyList<SavedModelAsset> ListOf(MetaGraphDef meta)
    {
        IEnumerable<AssetFileDef> assets = meta.AssetFileDef.Count > 0 ? meta.AssetFileDef
            : meta.CollectionDef.TryGetValue(SavedModelKeys.Assets, out CollectionDef? collection) ? collection.AnyList?.Value.Select(Unpack) ?? [] : [];
        return [.. assets.Select(asset => new SavedModelAsset(asset.Filename, asset.TensorInfo?.Name ?? "")).GroupBy(asset => asset.Tensor, StringComparer.Ordinal).Select(same => same.Last())];
    }

    internal AssetFileDef ToProto() => new() { Filename = FileName, TensorInfo = new TensorInfo { Name = Tensor } };

    private static AssetFileDef Unpack(Google.Protobuf.WellKnownTypes.Any item)
    {
        try
        {
            return item.TryUnpack(out AssetFileDef asset) ? asset : throw Damaged(null);
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            throw Damaged(error);
        }
    }

    private static GraphException Damaged(Exception? cause) =>
        new(StatusCode.DataLoss, $"The collection '{SavedModelKeys.Assets}' of the model holds what is no asset.", innerException: cause);
}
