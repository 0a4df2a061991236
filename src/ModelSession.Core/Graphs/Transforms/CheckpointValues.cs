using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Transforms;

/// <summary>Values of a graph's variables from a checkpoint: under the names, and as the slices, by which the graph's own savers restore them.</summary>
internal sealed class CheckpointValues(GraphDef graph, CheckpointReader checkpoint)
{
    private readonly Dictionary<string, NodeDef> _nodes = graph.Node.DistinctBy(node => node.Name).ToDictionary(node => node.Name, StringComparer.Ordinal);
    private Dictionary<string, (string Key, string Slice)>? _places;

    /// <summary>The value of a variable; null if the checkpoint has none.</summary>
    /// <exception cref="ModelFileException">The checkpoint is damaged.</exception>
    public Tensor? Read(string variable)
    {
        _places ??= Places();
        if (!_places.TryGetValue(variable, out (string Key, string Slice) place) || checkpoint.Find(place.Key) is null)
        {
            return checkpoint.FindVariable(variable) is { } found ? checkpoint.Read(found.Name)
                : checkpoint.FindPart(variable) is { } part ? checkpoint.ReadSlice(part.Tensor.Name, part.Slice)
                : null;
        }

        return place.Slice.Length == 0 ? checkpoint.Read(place.Key) : checkpoint.ReadSlice(place.Key, ShapeAndSlice.Parse(place.Slice).Slice);
    }

    // What an assignment takes from a restore; of several savers the first one tells.
    private Dictionary<string, (string Key, string Slice)> Places()
    {
        Dictionary<string, (string, string)> places = new(StringComparer.Ordinal);
        foreach (NodeDef assignment in graph.Node.Where(node => node.Op is "Assign" or "AssignVariableOp" && node.Input.Count >= 2))
        {
            (NodeDef? restore, int number) = Source(assignment.Input[1]);
            if (restore?.Op is "RestoreV2" or "RestoreSlice" or "Restore" && Text(restore, 1, number) is { } key)
            {
                places.TryAdd(NodeInput.Producer(assignment.Input[0]), (key, restore.Op == "Restore" ? "" : Text(restore, 2, number) ?? ""));
            }
        }

        return places;
    }

    private (NodeDef? Node, int Output) Source(string input)
    {
        (string name, int output) = Graph.ParseTensorName(input);
        NodeDef? node = _nodes.GetValueOrDefault(name);
        for (int steps = 0; node is { Op: "Identity" or "Reshape", Input.Count: > 0 } && steps <= _nodes.Count; steps++)
        {
            (name, output) = Graph.ParseTensorName(node.Input[0]);
            node = _nodes.GetValueOrDefault(name);
        }

        return (node, output);
    }

    private string? Text(NodeDef restore, int input, int number)
    {
        if (input >= restore.Input.Count || Source(restore.Input[input]).Node is not { Op: "Const" } constant || !constant.Attr.TryGetValue("value", out AttrValue? value) || value.Tensor is null)
        {
            return null;
        }

        Tensor texts = TensorCodec.Parse(value.Tensor);
        return texts.DType == DType.String && number < texts.ElementCount ? texts.StringAt(number) : null;
    }
}
