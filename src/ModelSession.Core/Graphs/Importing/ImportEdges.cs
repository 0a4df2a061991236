using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>An input of a node. <c>Producer</c> is a node of the definition, or the complement of an entry of the input map;
/// <c>Output</c> −1 is a control input.</summary>
internal readonly record struct ImportEdge(int Producer, int Output)
{
    public const int Control = -1;

    public bool IsControl => Output == Control;

    public bool IsMapped => Producer < 0;
}

/// <summary>Where the inputs of all nodes of a definition come from.</summary>
internal sealed class ImportEdges
{
    private readonly ImportEdge[] _edges;
    private readonly int[] _starts;
    private readonly RepeatedField<NodeDef> _nodes;
    private readonly NodeIndex _index;
    private readonly InputMap _map;

    /// <exception cref="GraphException">An input is not there, or a data input stands after a control input.</exception>
    public ImportEdges(RepeatedField<NodeDef> nodes, NodeIndex index, InputMap map)
    {
        _nodes = nodes;
        _index = index;
        _map = map;
        _starts = new int[nodes.Count + 1];
        for (int i = 0; i < nodes.Count; i++)
        {
            _starts[i + 1] = _starts[i] + nodes[i].Input.Count;
        }

        _edges = new ImportEdge[_starts[^1]];
        IsSorted = true;
        for (int i = 0; i < nodes.Count; i++)
        {
            Read(i);
        }
    }

    /// <summary>Whether each node stands after its inputs, but for the back edges of loops.</summary>
    public bool IsSorted { get; private set; }

    public ReadOnlySpan<ImportEdge> Of(int node) => _edges.AsSpan(_starts[node].._starts[node + 1]);

    /// <summary>Whether an edge closes a loop: the only ones that may run back are those from NextIteration to Merge.</summary>
    public bool IsBack(int node, ImportEdge edge) =>
        _nodes[node].Op is "Merge" or "RefMerge" && !edge.IsMapped && _nodes[edge.Producer].Op is "NextIteration" or "RefNextIteration";

    private void Read(int i)
    {
        NodeDef node = _nodes[i];
        Span<ImportEdge> edges = _edges.AsSpan(_starts[i].._starts[i + 1]);
        bool controls = false;
        for (int k = 0; k < edges.Length; k++)
        {
            string input = node.Input[k];
            bool control = input.StartsWith('^');
            if (controls && !control)
            {
                throw Invalid(node, $"Node '{node.Name}' ({node.Op}): the data input '{input}' stands after a control input.");
            }

            controls = control;
            edges[k] = Read(node, input, control);
            IsSorted = IsSorted && (edges[k].Producer < i || IsBack(i, edges[k]));
        }
    }

    private ImportEdge Read(NodeDef node, string input, bool control)
    {
        int output = 0;
        ReadOnlySpan<char> name = control ? input.AsSpan(1) : Graph.ParseTensorName(input, out output);
        if (control)
        {
            output = ImportEdge.Control;
        }

        if (_map.Count > 0 && _map.Find(name, output) is { } mapped)
        {
            return new ImportEdge(~mapped, output);
        }

        return _index.TryFind(name, out int producer)
            ? new ImportEdge(producer, output)
            : throw Invalid(node, $"Node '{node.Name}' ({node.Op}): its input '{input}' is not in the graph.{NearestNames.Hint(name.ToString(), _index.Names.Keys)}");
    }

    private static GraphException Invalid(NodeDef node, string message) => new(StatusCode.InvalidArgument, message, node.Name);
}
