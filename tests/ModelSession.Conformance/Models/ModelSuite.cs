namespace ModelSessions.Conformance.Models;

/// <summary>Runs all models of a folder with the schema of golden/models.</summary>
public sealed class ModelSuite(string folder, IEngine engine)
{
    /// <summary>Runs the models that a filter takes; one outcome each.</summary>
    public IEnumerable<Outcome> Run(Func<string, bool> filter) => Directory.GetDirectories(folder)
        .Where(path => File.Exists(Path.Combine(path, "model.json")) && filter(Path.GetFileName(path)))
        .Order(StringComparer.Ordinal)
        .Select(path => Attempt.Run("models", Path.GetFileName(path), () => new ModelRunner(path, engine).Check()));
}
