using System.Text.Unicode;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>Adapts attributes that hold names of the definition, or that only a newer TensorFlow knows.</summary>
internal sealed class ImportAttributes
{
    /// <summary>The attribute that tells with which operations a node is to be placed.</summary>
    public const string Class = "_class";

    private const string FrameName = "frame_name";
    private const string SharedName = "shared_name";
    private const string Location = "loc:@";

    private readonly Graph _graph;
    private readonly NodeIndex _index;
    private readonly ImportNames _names;
    private readonly GraphImportOptions _options;
    private readonly Dictionary<string, OpDef> _producerOps;
    private readonly Dictionary<(string Op, string Container, string Name), string> _resources = [];
    private readonly Dictionary<string, string> _frames = new(StringComparer.Ordinal);
    private readonly Lazy<HashSet<(string Op, string Container, string Name)>> _knownResources;
    private readonly Lazy<HashSet<string>> _knownFrames;

    public ImportAttributes(Graph graph, NodeIndex index, ImportNames names, GraphImportOptions options)
    {
        _graph = graph;
        _index = index;
        _names = names;
        _options = options;
        _producerOps = [];
        foreach (OpDef op in options.ProducerOps?.Op ?? [])
        {
            _producerOps.TryAdd(op.Name, op);
        }

        _knownResources = new(() => [.. graph.Operations.Select(operation => Resource(operation.Type, operation.Attributes)).Where(resource => resource.Name.Length > 0)]);
        _knownFrames = new(() => [.. graph.Operations.Where(operation => IsEnter(operation.Type)).Select(operation => operation.String(FrameName))]);
    }

    /// <summary>Changes the attributes of a node of the definition.</summary>
    /// <exception cref="GraphException">It is to be placed with a node that is not there.</exception>
    public void Adapt(NodeDef node, OpSchema schema)
    {
        if (_producerOps.TryGetValue(node.Op, out OpDef? producer))
        {
            RemoveNewDefaults(node, schema, producer);
        }

        Complete(node, schema);
        if (node.Attr.TryGetValue(Class, out AttrValue? location))
        {
            CheckTexts(node, location);
            Relocate(node, location);
        }

        if (_names.AreKept)
        {
            return;
        }

        if (IsEnter(node.Op) && node.Attr.TryGetValue(FrameName, out AttrValue? frame))
        {
            node.Attr[FrameName] = Text(Frame(frame.S.ToStringUtf8()));
        }

        if (!_options.ShareResources && Resource(node.Op, node.Attr) is { Name.Length: > 0 } resource)
        {
            Separate(node, resource);
        }
    }

    /// <summary>The operations that a node wants to be placed with, by their names in the definition.</summary>
    public static IEnumerable<string> Locations(NodeDef node) => node.Attr.TryGetValue(Class, out AttrValue? value) && value.List is { } list
        ? list.S.Select(group => group.ToStringUtf8()).Where(group => group.StartsWith(Location, StringComparison.Ordinal)).Select(group => group[Location.Length..])
        : [];

    // What a definition leaves out has the default; what it leaves open has it too. Nothing is concluded from inputs: TensorFlow does not either.
    private void Complete(NodeDef node, OpSchema schema)
    {
        foreach (OpDef.Types.AttrDef attribute in schema.Definition.Attr)
        {
            bool there = node.Attr.TryGetValue(attribute.Name, out AttrValue? value);
            if (attribute.DefaultValue is not null && (!there || value!.ValueCase == AttrValue.ValueOneofCase.None))
            {
                node.Attr[attribute.Name] = attribute.DefaultValue;
            }
            else if (!there)
            {
                throw new GraphException(
                    _options.Called is not null ? StatusCode.NotFound : StatusCode.InvalidArgument,
                    $"Node '{node.Name}' ({node.Op}) lacks the attribute '{attribute.Name}' ({attribute.Type}), which has no default.",
                    node.Name);
            }
        }
    }

    // An attribute that is unknown here changes nothing as long as it has the value that its absence means.
    private static void RemoveNewDefaults(NodeDef node, OpSchema schema, OpDef producer)
    {
        foreach (OpDef.Types.AttrDef attribute in producer.Attr)
        {
            if (schema.Attribute(attribute.Name) is null && attribute.DefaultValue is not null
                && node.Attr.TryGetValue(attribute.Name, out AttrValue? value) && value.Equals(attribute.DefaultValue))
            {
                node.Attr.Remove(attribute.Name);
            }
        }
    }

    // Python reads them as texts, wherever they lead.
    private static void CheckTexts(NodeDef node, AttrValue location)
    {
        if (location.ValueCase == AttrValue.ValueOneofCase.None)
        {
            return;
        }

        if (location.List is not { } list || (list.S.Count == 0 && list.CalculateSize() > 0))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Op}): the attribute '{Class}' is of kind {location.ValueCase}; it must be a list of texts.", node.Name);
        }

        if (list.S.Any(group => !Utf8.IsValid(group.Span)))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Node '{node.Name}' ({node.Op}): the attribute '{Class}' holds a text that is not UTF-8; the graph is damaged.", node.Name);
        }
    }

    private void Relocate(NodeDef node, AttrValue location)
    {
        if (Locations(node).FirstOrDefault(name => !_index.TryFind(name, out _)) is { } unknown)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Node '{node.Name}' ({node.Op}) is to be placed with '{unknown}', which is not in the graph.{NearestNames.Hint(unknown, _index.Names.Keys)}",
                node.Name);
        }

        if (!_names.AreKept && location.List is { } list)
        {
            AttrValue renamed = new() { List = new() };
            renamed.List.S.AddRange(list.S.Select(group => group.ToStringUtf8() is var text && text.StartsWith(Location, StringComparison.Ordinal)
                ? ByteString.CopyFromUtf8(Location + _names.Of(text[Location.Length..]))
                : group));
            node.Attr[Class] = renamed;
        }
    }

    // Loops with one frame name run in one frame, so each import needs its own.
    private string Frame(string name)
    {
        if (!_frames.TryGetValue(name, out string? renamed))
        {
            _frames[name] = renamed = Free(name, _knownFrames.Value.Contains);
        }

        return renamed;
    }

    private void Separate(NodeDef node, (string Op, string Container, string Name) resource)
    {
        if (!_resources.TryGetValue(resource, out string? renamed))
        {
            _resources[resource] = renamed = _knownResources.Value.Contains(resource)
                ? Free(resource.Name, name => _knownResources.Value.Contains(resource with { Name = name }))
                : resource.Name;
        }

        if (renamed != resource.Name)
        {
            node.Attr[SharedName] = Text(renamed);
        }
    }

    private string Free(string name, Func<string, bool> isTaken)
    {
        string full = _names.WithPrefix(name), candidate = full;
        for (int i = 1; isTaken(candidate); i++)
        {
            candidate = $"{full}_{i}";
        }

        return candidate;
    }

    private static (string Op, string Container, string Name) Resource(string type, IEnumerable<KeyValuePair<string, AttrValue>> attributes)
    {
        string name = "", container = "";
        foreach ((string key, AttrValue value) in attributes)
        {
            if (key == SharedName)
            {
                name = value.S.ToStringUtf8();
            }
            else if (key == "container")
            {
                container = value.S.ToStringUtf8();
            }
        }

        return (type, container, name);
    }

    private static bool IsEnter(string type) => type is "Enter" or "RefEnter";

    private static AttrValue Text(string value) => new() { S = ByteString.CopyFromUtf8(value) };
}
