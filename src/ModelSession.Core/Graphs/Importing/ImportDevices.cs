using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The devices of imported nodes: in full form, over the builder's current one; a node that is to be placed with others gets
/// theirs, whatever it asks for.</summary>
internal sealed class ImportDevices(GraphDef definition, NodeIndex index, GraphBuilder builder, bool clear)
{
    private readonly Dictionary<string, string> _devices = new(StringComparer.Ordinal);
    private GraphException? _fault;

    /// <summary>The device of each node; that of one whose device is no device name is left open.</summary>
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
                devices[i] = Find(node.Device);
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

    /// <summary>To be called when the nodes are known to be sound: a damaged node often has a damaged device too, which is the lesser fault.</summary>
    /// <exception cref="GraphException">A device is no device name.</exception>
    public void Check()
    {
        if (_fault is not null)
        {
            throw _fault;
        }
    }

    private static bool IsPlaced(NodeDef node) => node.Attr.ContainsKey(ImportAttributes.Class) && ImportAttributes.Locations(node).Any(name => name != node.Name);

    // Also what is to be cleared is read: letters that are no device name tell of a damaged file, and those that no runtime takes stay, so that a run
    // fails as in TensorFlow.
    private string Find(string device)
    {
        string outer = builder.State.Device;
        if (device.Length == 0)
        {
            return outer;
        }

        if (!_devices.TryGetValue(device, out string? found))
        {
            _devices[device] = found = Read(device, outer);
        }

        return found;
    }

    private string Read(string device, string outer)
    {
        try
        {
            DeviceName name = DeviceName.Parse(device);
            return clear && name.IsRunnable ? outer : name.Over(outer).ToString();
        }
        catch (GraphException error)
        {
            _fault ??= error;
            return outer;
        }
    }
}
