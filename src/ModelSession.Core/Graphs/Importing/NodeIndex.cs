using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The nodes of a definition by name.</summary>
internal sealed class NodeIndex
{
    private readonly Dictionary<string, int> _byName;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private HashSet<string>? _scopes;

    /// <exception cref="GraphException">Two nodes have one name.</exception>
    public NodeIndex(RepeatedField<NodeDef> nodes)
    {
        _byName = new Dictionary<string, int>(nodes.Count, StringComparer.Ordinal);
        _bySpan = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!_byName.TryAdd(nodes[i].Name, i))
            {
                throw new GraphException(StatusCode.InvalidArgument, $"The graph has two nodes '{nodes[i].Name}'.", nodes[i].Name);
            }
        }
    }

    public IReadOnlyDictionary<string, int> Names => _byName;

    public bool TryFind(ReadOnlySpan<char> name, out int node) => _bySpan.TryGetValue(name, out node);

    /// <summary>Whether a node, or a scope of a node, has that name.</summary>
    public bool Uses(string name) => _byName.ContainsKey(name) || (_scopes ??= ScopesOf(_byName.Keys)).Contains(name);

    /// <summary>All scopes that names lie in: of <c>a/b/c</c> these are <c>a</c> and <c>a/b</c>.</summary>
    public static HashSet<string> ScopesOf(IEnumerable<string> names)
    {
        HashSet<string> scopes = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            for (int slash = name.LastIndexOf('/'); slash > 0 && scopes.Add(name[..slash]); slash = name.LastIndexOf('/', slash - 1))
            {
            }
        }

        return scopes;
    }
}
