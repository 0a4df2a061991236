namespace ModelSessions;

/// <summary>The engine of a session, chosen once: the first of the caller's that can run all that is bound.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Reason">Why this one, for people: <c>the first one here that can run all that is bound</c>.</param>
public sealed record EngineChoice(IEngine Engine, string Reason)
{
    /// <summary>The first engine that can run everything the binding names.</summary>
    /// <exception cref="UnsupportedFeatureException">None can; the message lists the ops that each lacks.</exception>
    internal static EngineChoice Of(Graph graph, Binding binding, SessionOptions options)
    {
        string[] targets = [.. binding.Names.Values.Distinct(StringComparer.Ordinal)];
        List<(IEngine Engine, IReadOnlyList<string> Missing)> refused = [];
        foreach (IEngine engine in Among(options.Engines, options.EngineName))
        {
            IReadOnlyList<string> missing = engine.Unsupported(graph, targets);
            if (missing.Count == 0)
            {
                return new EngineChoice(engine, Why(options.EngineName, refused));
            }

            refused.Add((engine, missing));
        }

        string[] able = [.. options.Engines.Except(refused.Select(pair => pair.Engine)).Where(engine => engine.Unsupported(graph, targets).Count == 0).Select(engine => engine.Name)];
        throw new UnsupportedFeatureException(
            $"{(options.EngineName is null ? "No engine" : "The engine that is asked for")} can{(options.EngineName is null ? "" : "not")} run this graph. {Lacks(refused)}."
            + (able.Length > 0 ? $" {string.Join(" and ", able)} can: ask for that one, or for none." : ""),
            [.. refused.SelectMany(pair => pair.Missing).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>The engines that may be chosen: all, or the one that is asked for.</summary>
    /// <param name="engines">Those that there are.</param>
    /// <param name="name">An engine's name, whatever its case; null for any.</param>
    /// <exception cref="UnsupportedFeatureException">There is none, or none of that name.</exception>
    public static IReadOnlyList<IEngine> Among(IReadOnlyList<IEngine> engines, string? name)
    {
        ArgumentNullException.ThrowIfNull(engines);
        if (engines.Count == 0)
        {
            throw new UnsupportedFeatureException("There is no engine to run the graph. Give the session at least one.");
        }

        string[] names = [.. engines.Select(engine => engine.Name)];
        return name is null ? engines
            : engines.FirstOrDefault(engine => string.Equals(engine.Name, name, StringComparison.OrdinalIgnoreCase)) is { } named ? [named]
            : throw new UnsupportedFeatureException($"There is no engine '{name}' here.{NearestNames.Hint(name, names)} There is {string.Join(", ", names)}.");
    }

    private static string Why(string? asked, List<(IEngine Engine, IReadOnlyList<string> Missing)> refused) =>
        asked is not null ? "which is asked for"
        : refused.Count > 0 ? $"since {Lacks(refused)}"
        : "the first one here that can run all that is bound";

    private static string Lacks(List<(IEngine Engine, IReadOnlyList<string> Missing)> refused) =>
        string.Join("; ", refused.Select(pair => $"{pair.Engine.Name} lacks {string.Join(", ", pair.Missing)}"));
}
