using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>An input as a NodeDef writes it.</summary>
internal static class NodeInput
{
    private const string BesideMark = "loc:@";

    /// <summary>Whether it is a control input: <c>^node</c>.</summary>
    public static bool IsControl(string input) => input.StartsWith('^');

    /// <summary>The nodes that a node asks to be placed beside.</summary>
    public static IEnumerable<string> Colocated(NodeDef node) => !node.Attr.TryGetValue("_class", out AttrValue? location) ? []
        : (location.List?.S ?? []).Select(name => name.ToStringUtf8()).Where(name => name.StartsWith(BesideMark, StringComparison.Ordinal)).Select(name => name[BesideMark.Length..]);

    /// <summary>The node that it comes from.</summary>
    public static string Producer(string input) => IsControl(input) ? input[1..] : Graph.ParseTensorName(input).Operation;
}
