namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Trains golden models that our builder has built, for the files of a folder with the schema of golden/models.</summary>
public sealed class RebuiltSuite(string folder, IEngine engine)
{
    /// <summary>The names of the models.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. RebuiltModels.All.Select(model => model.Name)];

    /// <summary>Runs the models that a filter takes; one outcome each.</summary>
    public IEnumerable<Outcome> Run(Func<string, bool> filter) => RebuiltModels.All
        .Where(model => filter(model.Name) && Directory.Exists(Path.Combine(folder, model.Name)))
        .Select(model => Attempt.Run("rebuilt", model.Name, () => new RebuiltRunner(Path.Combine(folder, model.Name), model, engine).Check()));
}
