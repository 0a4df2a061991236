using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>The part of a graph that lies in a scope, with names as if the scope were the whole.</summary>
internal sealed class ScopedGraph(Graph graph, string scope, bool clearDevices)
{
    /// <summary>The collection that lists what comes from outside.</summary>
    public const string UnboundInputCollection = "unbound_inputs";

    private const string UnboundPrefix = "$unbound_inputs_";
    private const string Class = "_class";
    private const string FrameName = "frame_name";
    private const string Location = "loc:@";

    private readonly List<string> _unbound = [];

    /// <summary>The inputs from outside of the scope, by the names that <see cref="ToGraphDef"/> gave them.</summary>
    public IReadOnlyList<string> UnboundInputs => _unbound;

    /// <summary>The name in the part of a scope that a tensor of the whole graph has as an input.</summary>
    public static string NameOfInput(string tensor, string scope) => ScopedNames.Strip(tensor, scope) ?? UnboundName(tensor);

    /// <summary>The name in the whole graph of an input from outside.</summary>
    public static string OriginalOf(string input) => input.Replace(UnboundPrefix, "", StringComparison.Ordinal);

    public GraphDef ToGraphDef()
    {
        GraphDef whole = graph.ToGraphDef(withShapes: true);
        NodeDef[] nodes = [.. whole.Node.Where(node => ScopedNames.Strip(node.Name, scope) is not null)];
        whole.Node.Clear();
        whole.Node.AddRange(nodes);
        foreach (NodeDef node in nodes)
        {
            if (clearDevices)
            {
                node.Device = "";
            }

            if (scope.Length > 0)
            {
                Strip(node);
            }
        }

        return whole;
    }

    private void Strip(NodeDef node)
    {
        node.Name = ScopedNames.Strip(node.Name, scope)!;
        RepeatedField<string> inputs = node.Input;
        for (int i = 0; i < inputs.Count; i++)
        {
            inputs[i] = ScopedNames.Strip(inputs[i], scope) ?? Unbound(inputs[i]);
        }

        if (node.Attr.TryGetValue(Class, out AttrValue? location))
        {
            Strip(node, location);
        }

        if (node.Attr.TryGetValue(FrameName, out AttrValue? frame) && ScopedNames.Strip(frame.S.ToStringUtf8(), scope) is { } name)
        {
            node.Attr[FrameName] = new AttrValue { S = ByteString.CopyFromUtf8(name) };
        }
    }

    // A node can be placed with nodes of its own graph only.
    private void Strip(NodeDef node, AttrValue location)
    {
        AttrValue stripped = new() { List = new() };
        stripped.List.S.AddRange((location.List?.S ?? []).Select(group => group.ToStringUtf8())
            .Select(group => group.StartsWith(Location, StringComparison.Ordinal) ? ScopedNames.Strip(group, scope) : group)
            .OfType<string>().Select(ByteString.CopyFromUtf8));
        node.Attr.Remove(Class);
        if (stripped.List.S.Count > 0)
        {
            node.Attr.Add(Class, stripped);
        }
    }

    private string Unbound(string input)
    {
        string name = UnboundName(input);
        if (!_unbound.Contains(name))
        {
            _unbound.Add(name);
        }

        return name;
    }

    private static string UnboundName(string input) => input.StartsWith('^') ? $"^{UnboundPrefix}{input[1..]}" : UnboundPrefix + input;
}
