namespace ModelSessions.Graphs.Importing;

/// <summary>Tensors of a graph that stand in for some of a definition's.</summary>
internal sealed class InputMap
{
    private readonly List<(string Key, string Node, int Output, GraphTensor Tensor)> _entries = [];
    private readonly HashSet<int> _used = [];

    /// <exception cref="GraphException">A tensor belongs to another graph.</exception>
    public InputMap(Graph graph, IReadOnlyDictionary<string, GraphTensor> map)
    {
        foreach ((string key, GraphTensor tensor) in map)
        {
            if (tensor is null || tensor.Graph != graph)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument, $"The input map gives '{tensor?.Name}' for '{key}', which is no tensor of the graph that is imported into.", tensor?.Operation.Name);
            }

            (string node, int output) = key.StartsWith('^') ? (key[1..], ImportEdge.Control) : Graph.ParseTensorName(key);
            _entries.Add((key, node, output, tensor));
        }
    }

    public int Count => _entries.Count;

    public GraphTensor this[int entry] => _entries[entry].Tensor;

    /// <summary>The entry for an output of a node, in use from now on; null if it is not mapped.</summary>
    public int? Find(ReadOnlySpan<char> node, int output)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Output == output && node.SequenceEqual(_entries[i].Node))
            {
                _used.Add(i);
                return i;
            }
        }

        return null;
    }

    /// <summary>A key that names no output of the definition is a slip; one whose output nobody takes is none.</summary>
    /// <exception cref="GraphException">There are such keys; all are told.</exception>
    public void Check(NodeIndex index, GraphOperation[] operations)
    {
        string[] missing =
        [
            .. _entries.Where((_, i) => !_used.Contains(i)).Where(entry => !index.TryFind(entry.Node, out int node) || entry.Output >= operations[node].Outputs.Count)
                .Select(entry => $"'{entry.Key}'{NearestNames.Hint(entry.Node, index.Names.Keys)}"),
        ];
        if (missing.Length > 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The input map has keys that are not in the imported graph: {string.Join(", ", missing)}.");
        }
    }
}
