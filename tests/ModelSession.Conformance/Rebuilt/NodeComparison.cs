using Google.Protobuf.Collections;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Compares two graphs node by node: names, op kinds, inputs, attributes.</summary>
public static class NodeComparison
{
    private const int MostTold = 12;

    /// <summary>Compares all nodes but those that are left out.</summary>
    /// <exception cref="MismatchException">Nodes are missing, too many, or differ; the message lists the first.</exception>
    public static void Check(GraphDef expected, GraphDef actual, Func<string, bool> leaveOut)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(leaveOut);
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
            else
            {
                faults.AddRange(Attributes(node, found.Attr));
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

    // Attributes that are left out have the op's default; those with an underscore are for placement.
    private static IEnumerable<string> Attributes(NodeDef expected, MapField<string, AttrValue> found)
    {
        foreach ((string name, AttrValue value) in expected.Attr)
        {
            if (name[0] != '_' && (!found.TryGetValue(name, out AttrValue? ours) || !Same(value, ours)))
            {
                yield return $"{expected.Op} {expected.Name} has {name} = {ours} instead of {value}";
            }
        }
    }

    private static bool Same(AttrValue expected, AttrValue actual) => expected.ValueCase == AttrValue.ValueOneofCase.Tensor && actual.Tensor is not null
        ? SameTensor(TensorCodec.Parse(expected.Tensor), TensorCodec.Parse(actual.Tensor))
        : expected.Equals(actual);

    private static bool SameTensor(Tensor expected, Tensor actual) =>
        expected.DType == actual.DType && expected.Shape.Equals(actual.Shape)
        && (expected.DType == DType.String
            ? Enumerable.Range(0, (int)expected.ElementCount).All(i => expected.StringBytes(i).SequenceEqual(actual.StringBytes(i)))
            : expected.Bytes().SequenceEqual(actual.Bytes()));
}
