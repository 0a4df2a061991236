using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The devices of imported nodes: in full form, over the builder's current one; a node that is to be placed with others gets
/// theirs, whatever it asks for.</summary>
internal sealed class ImportDevices(GraphDef definition, NodeIndex index, GraphBuilder builder, bool clear)
{
    private readonly Dictionary<string, string> _full = new(StringComparer.Ordinal);

    /// <summary>The device of each node.</summary>
    /// <exception cref="GraphException">A device is no device name.</exception>
    public string[] Find()
    {
        string[] devices = new string[definition.Node.Count];
        List<int> placed = [];
        for (int i = 0; i < devices.Length; i++)
        {
            NodeDef node = definition.Node[i];
            if (IsPlaced(node))
            {
                devices[i] = "";
                placed.Add(i);
            }
            else
            {
                devices[i] = Full(clear ? "" : node.Device);
            }
        }

        // In one pass, as TensorFlow does it: chains that run backwards stay open.
        foreach (int i in placed)
        {
            devices[i] = ImportAttributes.Locations(definition.Node[i])
                .Select(name => index.TryFind(name, out int other) && other != i ? devices[other] : "")
                .FirstOrDefault(device => device.Length > 0) ?? "";
        }

        return devices;
    }

    private static bool IsPlaced(NodeDef node) => node.Attr.ContainsKey(ImportAttributes.Class) && ImportAttributes.Locations(node).Any(name => name != node.Name);

    private string Full(string device)
    {
        string outer = builder.State.Device;
        if (device.Length == 0)
        {
            return outer;
        }

        if (!_full.TryGetValue(device, out string? full))
        {
            _full[device] = full = DeviceName.Parse(device).Over(outer).ToString();
        }

        return full;
    }
}
