using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>The objects of a checkpoint that <c>tf.train.Checkpoint</c> or Keras wrote: which holds which, and under what key each one's values
/// are stored.</summary>
public sealed class CheckpointObjects
{
    internal const string TensorName = "_CHECKPOINTABLE_OBJECT_GRAPH";

    private const string ValueName = "VARIABLE_VALUE";

    // The letters of all paths together.
    private const long LongestPaths = 1L << 26;

    private readonly Dictionary<string, CheckpointObject> _byPath = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> _keysByFullName;
    private readonly string _prefix;

    private CheckpointObjects(string prefix, IReadOnlyList<CheckpointObject> nodes)
    {
        _prefix = prefix;
        Nodes = nodes;
        foreach (CheckpointObject node in nodes.Where(node => node.Path is not null))
        {
            _byPath.TryAdd(node.Path!, node);
        }

        _keysByFullName = nodes.SelectMany(node => node.Values).Where(attribute => attribute.FullName.Length > 0)
            .ToLookup(attribute => attribute.FullName, attribute => attribute.Key, StringComparer.Ordinal);
    }

    /// <summary>All objects; the first is the one that was saved, and an object's place here is its number.</summary>
    public IReadOnlyList<CheckpointObject> Nodes { get; }

    /// <summary>The object at a path of names from the root (<c>model/layer-1/kernel</c>); null if there is none.</summary>
    public CheckpointObject? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The name of the tensor that holds a variable, given the name that it had in its graph or its path; null if there is none.</summary>
    /// <exception cref="ModelFileException">Several variables had that name (InvalidArgument).</exception>
    public string? FindKey(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Find(name)?.Values is { Count: > 0 } attributes)
        {
            return (attributes.FirstOrDefault(attribute => attribute.Name == ValueName) ?? attributes[0]).Key;
        }

        string[] keys = [.. _keysByFullName[name].Distinct(StringComparer.Ordinal)];
        return keys.Length < 2 ? keys.FirstOrDefault() : throw new ModelFileException(
            StatusCode.InvalidArgument, _prefix, $"{keys.Length} variables were named '{name}' when they were saved. Use one of their keys: {string.Join(", ", keys.Take(5).Select(key => $"'{key}'"))}{(keys.Length > 5 ? ", …" : "")}.");
    }

    internal static CheckpointObjects Read(CheckpointReader reader)
    {
        Tensor value = reader.Read(TensorName);
        string path = reader.Prefix;
        if (value.DType != DType.String || value.ElementCount != 1)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, $"'{TensorName}' is {value.Describe()}, not one string.");
        }

        return FileAccessErrors.Guard(path, () => Parse(path, TrackableObjectGraph.Parser.ParseFrom(value.StringBytes(0))));
    }

    private static CheckpointObjects Parse(string prefix, TrackableObjectGraph graph)
    {
        string?[] paths = Paths(prefix, graph);
        return new CheckpointObjects(prefix, [.. graph.Nodes.Select((node, number) => new CheckpointObject(
            number,
            paths[number],
            [.. node.Children.Select(child => KeyValuePair.Create(child.LocalName, child.NodeId))],
            [.. node.Attributes.Select(attribute => new CheckpointValue(attribute.Name, attribute.FullName, attribute.CheckpointKey))],
            [.. node.SlotVariables.Select(slot => new CheckpointSlot(slot.OriginalVariableNodeId, slot.SlotName, slot.SlotVariableNodeId))],
            node.HasCheckpointValues))]);
    }

    // The shortest way from the root, as TensorFlow names keys. Objects may hold each other in circles.
    private static string?[] Paths(string prefix, TrackableObjectGraph graph)
    {
        string?[] paths = new string?[graph.Nodes.Count];
        Queue<int> waiting = new(paths.Length > 0 ? [0] : []);
        if (paths.Length > 0)
        {
            paths[0] = "";
        }

        long letters = 0;
        while (waiting.TryDequeue(out int number))
        {
            foreach (var child in graph.Nodes[number].Children)
            {
                if (child.NodeId < 0 || child.NodeId >= paths.Length)
                {
                    throw new ModelFileException(StatusCode.DataLoss, prefix, $"the object graph is damaged: '{child.LocalName}' is object {child.NodeId} of {paths.Length}.");
                }

                // A long chain of objects has paths of quadratic length in all; past any real model they are left out.
                long length = paths[number]!.Length + 1L + child.LocalName.Length;
                if (paths[child.NodeId] is null && letters + length <= LongestPaths)
                {
                    letters += length;
                    paths[child.NodeId] = paths[number]!.Length == 0 ? child.LocalName : $"{paths[number]}/{child.LocalName}";
                    waiting.Enqueue(child.NodeId);
                }
            }
        }

        return paths;
    }
}

/// <summary>An object in a checkpoint.</summary>
/// <param name="Number">Its place among the objects.</param>
/// <param name="Path">The names from the root to it; empty for the root, null if the root does not reach it (slots of optimizers).</param>
/// <param name="Children">The objects that it holds: name and number.</param>
/// <param name="Values">Its values.</param>
/// <param name="Slots">Of an optimizer: the variables that it keeps for others.</param>
/// <param name="HasValues">Whether it or something in it has values; null where the writer did not say.</param>
public sealed record CheckpointObject(
    int Number,
    string? Path,
    IReadOnlyList<KeyValuePair<string, int>> Children,
    IReadOnlyList<CheckpointValue> Values,
    IReadOnlyList<CheckpointSlot> Slots,
    bool? HasValues);

/// <summary>A value of an object.</summary>
/// <param name="Name">What it is of the object: <c>VARIABLE_VALUE</c>.</param>
/// <param name="FullName">The variable's name in its graph; empty for what is none.</param>
/// <param name="Key">The name of the tensor in the checkpoint.</param>
public sealed record CheckpointValue(string Name, string FullName, string Key);

/// <summary>A variable that an optimizer keeps for another one.</summary>
/// <param name="Variable">The number of the object that it is kept for.</param>
/// <param name="Name">The slot: <c>m</c>, <c>momentum</c>.</param>
/// <param name="SlotVariable">The number of the object that holds it.</param>
public sealed record CheckpointSlot(int Variable, string Name, int SlotVariable);
