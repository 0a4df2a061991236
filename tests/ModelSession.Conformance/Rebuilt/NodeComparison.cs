using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Compares two graphs node by node: names, op kinds, inputs.</summary>
internal static class NodeComparison
{
    private const int MostTold = 12;

    /// <summary>Compares all nodes but those that are left out.</summary>
    /// <exception cref="MismatchException">Nodes are missing, too many, or differ; the message lists the first.</exception>
    public static void Check(GraphDef expected, GraphDef actual, Func<string, bool> leaveOut)
    {
        Dictionary<string, NodeDef> left = actual.Node.Where(node => !leaveOut(node.Name)).ToDictionary(node => node.Name, StringComparer.Ordinal);
        List<string> faults = [];
        foreach (NodeDef node in expected.Node.Where(node => !leaveOut(node.Name)))
        {
            if (!left.Remove(node.Name, out NodeDef? found))
            {
                faults.Add($"no {Text(node)}");
            }
            else if (Text(found) != Text(node))
            {
                faults.Add($"{Text(found)} instead of {Text(node)}");
            }
        }

        faults.AddRange(left.Values.Select(node => $"{Text(node)} too many"));
        if (faults.Count > 0)
        {
            throw new MismatchException($"{faults.Count} nodes differ: {string.Join("; ", faults.Take(MostTold))}{(faults.Count > MostTold ? " …" : "")}");
        }
    }

    // The order of control inputs has no meaning.
    private static string Text(NodeDef node) =>
        $"{node.Op} {node.Name}({string.Join(", ", node.Input.Where(input => input[0] != '^').Select(input => input.EndsWith(":0", StringComparison.Ordinal) ? input[..^2] : input).Concat(node.Input.Where(input => input[0] == '^').Order(StringComparer.Ordinal)))})";
}
