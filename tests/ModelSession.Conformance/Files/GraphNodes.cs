using System.Text.Json;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Nodes of graphs as cases write them: name, op, inputs and mostly the device.</summary>
internal static class GraphNodes
{
    /// <summary>A graph's nodes must be those of a case, in order.</summary>
    /// <exception cref="MismatchException">They are not.</exception>
    public static void Check(string what, JsonElement expected, Graph graph)
    {
        JsonElement[] wanted = [.. expected.EnumerateArray()];
        bool devices = wanted is [var first, ..] && first.GetArrayLength() > 3;
        Sequence(what, [.. wanted.Select(Text)], [.. graph.ToGraphDef().Node.Select(node => Text(node, devices))]);
    }

    /// <summary>Two lists must be the same; the first difference is told.</summary>
    /// <exception cref="MismatchException">They are not.</exception>
    public static void Sequence(string what, IReadOnlyList<string> expected, IReadOnlyList<string> found)
    {
        for (int i = 0; i < Math.Max(expected.Count, found.Count); i++)
        {
            Expect.Equal($"{what}, item {i}", expected.ElementAtOrDefault(i), found.ElementAtOrDefault(i));
        }
    }

    private static string Text(JsonElement node) =>
        $"{node[0].GetString()} = {node[1].GetString()}({string.Join(", ", node[2].EnumerateArray().Select(input => input.GetString()))}){(node.GetArrayLength() > 3 ? $" on '{node[3].GetString()}'" : "")}";

    private static string Text(NodeDef node, bool device) => $"{node.Name} = {node.Op}({string.Join(", ", node.Input)}){(device ? $" on '{node.Device}'" : "")}";
}
