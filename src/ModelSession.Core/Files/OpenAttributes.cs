using System.Text;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>Attributes of nodes whose entry in a file has another field in the place of the value. One that is left out, or has no value, has the
/// default; one of these TensorFlow takes for a value of no kind and refuses on import, whereas the parser of C# takes it for one without a value.</summary>
internal sealed class OpenAttributes
{
    private const int Key = 1;
    private const int Value = 2;

    private readonly List<(string Node, string Attribute)> _found = [];

    /// <summary>Looks at the entry of an attribute.</summary>
    /// <param name="node">The bytes of its node.</param>
    /// <param name="entry">Its own bytes.</param>
    public void Look(ReadOnlySpan<byte> node, ReadOnlySpan<byte> entry)
    {
        bool hasValue = false, hasOther = false;
        ReadOnlySpan<byte> name = [];
        for (int at = 0; at < entry.Length;)
        {
            ReadOnlySpan<byte> content = Wire.ReadField(entry, ref at, out int field, out bool isDelimited);
            hasValue |= isDelimited && field == Value;
            hasOther |= !isDelimited || field is not (Key or Value);
            name = isDelimited && field == Key ? content : name;
        }

        if (hasOther && !hasValue)
        {
            _found.Add((NameOf(node), Encoding.UTF8.GetString(name)));
        }
    }

    /// <summary>Gives them, in the parsed message, a value that an import refuses.</summary>
    public void MarkIn(IMessage message)
    {
        if (_found.Count == 0)
        {
            return;
        }

        ILookup<string, string> attributes = _found.ToLookup(found => found.Node, found => found.Attribute);
        foreach (NodeDef node in Nodes(message).Where(node => attributes.Contains(node.Name)))
        {
            // Names with an underscore are no attributes of ops.
            foreach (string name in attributes[node.Name].Where(name => !name.StartsWith('_')))
            {
                if (node.Attr.TryGetValue(name, out AttrValue? value) && value.ValueCase == AttrValue.ValueOneofCase.None)
                {
                    value.Placeholder = "";
                }
            }
        }
    }

    private static IEnumerable<NodeDef> Nodes(IMessage message) => message switch
    {
        GraphDef graph => graph.Node.Concat(graph.Library?.Function.SelectMany(function => function.NodeDef) ?? []),
        MetaGraphDef { GraphDef: { } graph } => Nodes(graph),
        Protos.SavedModel model => model.MetaGraphs.SelectMany(Nodes),
        _ => [],
    };

    private static string NameOf(ReadOnlySpan<byte> node)
    {
        ReadOnlySpan<byte> name = [];
        for (int at = 0; at < node.Length;)
        {
            ReadOnlySpan<byte> content = Wire.ReadField(node, ref at, out int field, out bool isDelimited);
            name = isDelimited && field == NodeDef.NameFieldNumber ? content : name;
        }

        return Encoding.UTF8.GetString(name);
    }
}
