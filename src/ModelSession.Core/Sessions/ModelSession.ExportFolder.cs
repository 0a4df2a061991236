using System.Text;
using ModelSessions.Files;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Writes a folder with the model, frozen down to its predictions, and texts beside it: whole, or not at all.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The name of the model's file, with the extension <c>.pb</c>.</param>
    /// <param name="texts">The content of other files by name.</param>
    /// <param name="mayReplace">Whether a folder that is there already, and not empty, may go.</param>
    /// <param name="progress">Is told how much of the model has been read; null for nobody.</param>
    /// <param name="cancel">Leaves what is there as it was.</param>
    /// <exception cref="ModelFileException">There is something else already, or it cannot be written.</exception>
    /// <exception cref="GraphException">The model has no predictions, or needs what cannot be frozen.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    internal ExportResult ExportFolder(string folder, string model, IReadOnlyDictionary<string, string> texts, Func<string, bool> mayReplace, Action<WorkProgress>? progress, CancellationToken cancel)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string[] outputs = [.. Binding.NamesOf(Roles.Predictions).Values];
        if (outputs.Length == 0)
        {
            throw new GraphException(StatusCode.NotFound, "The model does not say what its predictions are. Restore it with -Binding @{ predictions = 'name' }.");
        }

        ExportResult? result = null;
        FolderTransaction.Write(
            full,
            mayReplace,
            aside =>
            {
                result = Export(Path.Combine(aside, model), new ExportOptions { Format = GraphFormat.Pb, Frozen = true, Outputs = outputs, Progress = progress }, cancel);
                foreach ((string name, string text) in texts)
                {
                    File.WriteAllText(Path.Combine(aside, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
                }
            },
            cancel);
        return result! with { Path = Path.Combine(full, model) };
    }
}
