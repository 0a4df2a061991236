using System.Text.Json;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs.Training;

/// <summary>What TensorFlow built and computed: Expected/training_graphs.tar.gz.</summary>
internal static class ExpectedTraining
{
    private static readonly Lazy<Dictionary<string, byte[]>> s_entries = new(() => ExpectedArchive.Open("training_graphs.tar.gz"));

    public static GraphDef Graph(string name) => GraphDef.Parser.ParseFrom(Read(name + ".pb"));

    /// <summary>The values of all variables, right after their initialisers (<c>first</c>) and after four steps (<c>last</c>).</summary>
    public static Dictionary<string, Dictionary<string, double[]>> Values(string name) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double[]>>>(Read(name + ".json"))!;

    private static byte[] Read(string entry) =>
        s_entries.Value.TryGetValue(entry, out byte[]? bytes) ? bytes : throw new FileNotFoundException($"training_graphs.tar.gz has no '{entry}'; make_training_graphs.py makes it.");
}
