using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

/// <summary>Nodes as comparable lines: order of control inputs and of attributes does not count.</summary>
internal static class NodeText
{
    // Python counts with it how often control dependencies are used; it has no meaning for a run.
    private const string Telemetry = "_has_manual_control_dependencies";

    public static string Of(NodeDef node)
    {
        IEnumerable<string> controls = node.Input.Where(input => input.StartsWith('^')).Order(StringComparer.Ordinal);
        IEnumerable<string> attributes = node.Attr
            .Where(pair => pair.Key is not (Telemetry or "_output_shapes"))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={Text(pair.Value)}");
        return $"{node.Op}({string.Join(", ", node.Input.Where(input => !input.StartsWith('^')).Concat(controls))}) {node.Device} {{{string.Join("; ", attributes)}}}";
    }

    /// <summary>Every expected node is there, and is the same.</summary>
    public static void AssertContains(IEnumerable<NodeDef> expected, Graph graph)
    {
        List<string> faults = [];
        foreach (NodeDef node in expected)
        {
            string actual = graph.Find(node.Name) is { } operation ? Of(operation.ToNodeDef()) : "missing";
            if (actual != Of(node))
            {
                faults.Add($"{node.Name}\n  expected {Of(node)}\n  actual   {actual}");
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} nodes differ.\n{string.Join('\n', faults.Take(20))}");
    }

    // Constants may be written in two ways; their values count.
    private static string Text(AttrValue value) => value.ValueCase == AttrValue.ValueOneofCase.Tensor && value.Tensor.Dtype != DataType.DtString
        ? $"{value.Tensor.Dtype} {TensorCodec.Parse(value.Tensor).Shape} {Convert.ToHexString(TensorCodec.Parse(value.Tensor).Bytes())}"
        : value.ToByteString().Length > 0 ? JsonFormatter.Default.Format(value) : "";
}
