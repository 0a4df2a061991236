namespace ModelSessions;

/// <summary>Chooses, once for a session, the engine that can run all it is asked to.</summary>
internal static class EngineChoice
{
    /// <summary>The first engine that can run everything the binding names.</summary>
    /// <exception cref="UnsupportedFeatureException">None can; the message lists the ops that each lacks.</exception>
    public static IEngine Choose(Graph graph, Binding binding, SessionOptions options)
    {
        IReadOnlyList<IEngine> engines = Candidates(options);
        if (engines.Count == 0)
        {
            throw new UnsupportedFeatureException(
                options.EngineName is null
                    ? "There is no engine to run the graph. Give the session at least one."
                    : $"There is no engine '{options.EngineName}' here; there is {(options.Engines.Count == 0 ? "none" : string.Join(", ", options.Engines.Select(engine => engine.Name)))}.");
        }

        string[] targets = [.. binding.Names.Values.Distinct(StringComparer.Ordinal)];
        List<(IEngine Engine, IReadOnlyList<string> Missing)> refused = [];
        foreach (IEngine engine in engines)
        {
            IReadOnlyList<string> missing = engine.Unsupported(graph, targets);
            if (missing.Count == 0)
            {
                return engine;
            }

            refused.Add((engine, missing));
        }

        throw new UnsupportedFeatureException(
            $"No engine can run this graph. {string.Join(" ", refused.Select(pair => $"{pair.Engine.Name} lacks {string.Join(", ", pair.Missing)}."))}",
            [.. refused.SelectMany(pair => pair.Missing).Distinct().Order(StringComparer.Ordinal)]);
    }

    /// <summary>The engines that may be chosen.</summary>
    public static IReadOnlyList<IEngine> Candidates(SessionOptions options) =>
        [.. options.Engines.Where(engine => options.EngineName is null || string.Equals(engine.Name, options.EngineName, StringComparison.OrdinalIgnoreCase))];
}
