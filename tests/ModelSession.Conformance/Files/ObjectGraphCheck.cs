using System.Globalization;
using System.Text.Json;

namespace ModelSessions.Conformance.Files;

/// <summary>The objects of an object-based checkpoint, and variables found by their names and their paths.</summary>
internal static class ObjectGraphCheck
{
    /// <summary>Compares with the case's <c>object_graph.json</c>.</summary>
    public static void Check(FileCase c, CheckpointReader reader)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("object_graph.json"));
        JsonElement[] nodes = [.. document.RootElement.GetProperty("nodes").EnumerateArray()];
        CheckpointObjects objects = reader.Objects ?? throw new MismatchException("expected an object graph, found none");
        Expect.Equal("objects", nodes.Length, objects.Nodes.Count);
        for (int i = 0; i < nodes.Length; i++)
        {
            CheckpointObject node = objects.Nodes[i];
            Same($"children of object {i}", nodes[i], "children", node.Children.Select(child => $"{child.Key} {Text(child.Value)}"));
            Same($"values of object {i}", nodes[i], "attributes", node.Values.Select(value => $"{value.Name} {value.FullName} {value.Key}"));
            Same($"slots of object {i}", nodes[i], "slot_variables", node.Slots.Select(slot => $"{Text(slot.Variable)} {slot.Name} {Text(slot.SlotVariable)}"));
            JsonElement has = nodes[i].GetProperty("has_checkpoint_values");
            Expect.Equal($"values in object {i}", has.ValueKind == JsonValueKind.Null ? null : has.GetBoolean(), node.HasValues);
        }

        CheckNames(reader, objects);
    }

    private static void CheckNames(CheckpointReader reader, CheckpointObjects objects)
    {
        ILookup<string, string> byName = objects.Nodes.SelectMany(node => node.Values).Where(value => value.FullName.Length > 0).ToLookup(value => value.FullName, value => value.Key);
        foreach (CheckpointObject node in objects.Nodes.Where(node => node.Values.Count == 1 && node.Values[0].FullName.Length > 0))
        {
            (string name, string key) = (node.Values[0].FullName, node.Values[0].Key);
            if (node.Path is { } path)
            {
                Expect.Equal($"the variable at '{path}'", key, reader.FindVariable(path)?.Name);
            }

            // A name that several objects share, or that is also a path, does not tell which is meant.
            if (byName[name].Distinct().Count() == 1 && objects.Find(name) is null)
            {
                Expect.Equal($"the variable '{name}'", key, reader.FindVariable(name)?.Name);
            }
        }
    }

    private static void Same(string what, JsonElement node, string list, IEnumerable<string> found) => Expect.Equal(
        what,
        string.Join(", ", node.GetProperty(list).EnumerateArray().Select(row => string.Join(' ', row.EnumerateArray().Select(item => item.ToString())))),
        string.Join(", ", found));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
