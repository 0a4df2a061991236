using ModelSessions.Files;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Tells, before something is saved, that a folder holds checkpoints of another model: its newest has values of variables that this
    /// session does not have, or has in another shape. A checkpoint of some of the variables is none of another model.</summary>
    /// <param name="folder">The folder; null for the session's own.</param>
    /// <returns>A sentence that names the other model; null if there is none, or nothing that can be read.</returns>
    public string? OtherModelIn(string? folder = null)
    {
        folder ??= Directory;
        if (folder is null || !System.IO.Directory.Exists(folder))
        {
            return null;
        }

        try
        {
            CheckpointInfo newest = CheckpointFolder.Resolve(folder);
            return Owns(newest)
                ? null
                : $"'{folder}' holds checkpoints of another model, {NameOf(newest)}: the newest of the folder is one of {this} from now on, and those with the same names are replaced. Give each model a folder of its own.";
        }
        catch (Exception error) when (error is ModelFileException or UnsupportedFeatureException)
        {
            // What is to be saved does not depend on what is there.
            return null;
        }
    }

    private bool Owns(CheckpointInfo checkpoint)
    {
        using CheckpointReader reader = CheckpointReader.Open(checkpoint.Prefix);
        ILookup<string, SavedVariable> own = Saver.Variables.ToLookup(variable => variable.CheckpointName, StringComparer.Ordinal);
        Dictionary<string, Shape> shapes = Variables.ToDictionary(variable => variable.Name, variable => variable.Shape, StringComparer.Ordinal);
        return reader.Tensors.Where(tensor => tensor.Name is not (SessionState.TensorName or CheckpointObjects.TensorName))
            .All(tensor => own[tensor.Name].Any(variable => variable.Slice.Length > 0 || shapes.GetValueOrDefault(variable.Name, Shape.Unknown).IsCompatibleWith(tensor.Shape)));
    }

    private static string NameOf(CheckpointInfo checkpoint) =>
        checkpoint.HasGraph && SessionRecord.Read(MetaGraphFile.ReadCollections(checkpoint.Prefix + CheckpointFiles.MetaSuffix, SessionRecord.Keys)) is { Name.Length: > 0 } record
            ? $"{record.Name}{(record.Parameters.Count > 0 ? $" ({record.Parameters})" : "")}"
            : "a graph of TensorFlow's";
}
