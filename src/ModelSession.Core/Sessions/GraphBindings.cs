using Google.Protobuf;

namespace ModelSessions;

/// <summary>Bindings that are stored with a graph, by name: in its collections, so that they go along in checkpoints and MetaGraphs.</summary>
/// <remarks>A session's own binding (roles) is <see cref="ModelSession.Binding"/>; these are of users' objects.</remarks>
public sealed class GraphBindings
{
    private const string KeyPrefix = "model_session/bindings/";

    private readonly Graph _graph;

    internal GraphBindings(Graph graph) => _graph = graph;

    /// <summary>The names under which there are bindings, sorted.</summary>
    public IReadOnlyList<string> Names =>
        [.. _graph.Collections.Keys.Where(key => key.StartsWith(KeyPrefix, StringComparison.Ordinal)).Select(key => key[KeyPrefix.Length..])];

    /// <summary>Stores a binding, in place of an older one of that name.</summary>
    /// <exception cref="GraphException">The binding names what is not in the graph.</exception>
    public void Set(string name, Binding binding)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(binding);
        binding.Check(_graph);
        _graph.Collections.Remove(KeyPrefix + name);
        _graph.Collections.AddBytes(KeyPrefix + name, ByteString.CopyFromUtf8(binding.ToJson()));
    }

    /// <summary>A stored binding, its names as they are in this graph, whatever scope it was imported into.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="scope">Which one, where the graph holds several copies, imported into scopes; null takes the first.</param>
    /// <exception cref="GraphException">There is none.</exception>
    public Binding Get(string name, string? scope = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        IReadOnlyList<ScopedJson> stored = ScopedJson.All(_graph.Collections, KeyPrefix + name);
        if (stored.Count == 0)
        {
            throw new GraphException(StatusCode.NotFound, $"No binding '{name}' is stored with the graph.{NearestNames.Hint(name, Names)}");
        }

        ScopedJson found = scope is null ? stored[0] : stored.FirstOrDefault(one => one.Scope == scope.TrimEnd('/'));
        return found.Text is null
            ? throw new GraphException(
                StatusCode.NotFound, $"The binding '{name}' is not stored for the scope '{scope}'; it is for {string.Join(", ", stored.Select(one => $"'{one.Scope}'"))}.")
            : found.Scope.Length == 0 ? Binding.FromJson(found.Text) : Binding.FromJson(found.Text).InScope(found.Scope);
    }

    /// <summary>Removes a binding; false if there was none.</summary>
    public bool Remove(string name) => _graph.Collections.Remove(KeyPrefix + name);
}
