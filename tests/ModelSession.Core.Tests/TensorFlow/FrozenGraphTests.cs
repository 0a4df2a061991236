using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;
using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.TensorFlow;

/// <summary>What we freeze, run by real TensorFlow.</summary>
public sealed class FrozenGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Functions_loops_and_conditions_give_the_same_without_variables()
    {
        string[] names = [.. TensorFlowPython.Run("TensorFlow/frozen_graphs.py", "make", _folder.Path).GetProperty("made").EnumerateArray().Select(name => name.GetString()!)];

        CheckRuns([.. names.Select(name => (Freeze(_folder[$"{name}.pb"], _folder[$"{name}.ckpt"], name, ["y"]), _folder[$"{name}.npz"], "x:0", "y:0"))]);
    }

    [Fact]
    public void Graphs_that_TensorFlow_freezes_into_what_it_cannot_import_run_with_the_values_of_before()
    {
        string cases = SharedData.Require("golden/files/frozen");

        CheckRuns(
        [
            .. from folder in Directory.EnumerateDirectories(cases)
               let expected = Expected(folder)
               where File.Exists(Path.Combine(folder, "source.pb")) && !expected.GetProperty("arguments").EnumerateObject().Any()
               let frozen = Freeze(Path.Combine(folder, "source.pb"), Path.Combine(folder, "source.ckpt"), Path.GetFileName(folder), Names(expected, "outputs"))
               select (frozen, Path.Combine(folder, "run.npz"), string.Join(',', Names(expected, "feeds")), string.Join(',', Names(expected, "fetches"))),
        ]);
    }

    private static void CheckRuns((string Frozen, string Arrays, string Feeds, string Fetches)[] runs)
    {
        Assert.NotEmpty(runs);
        JsonElement results = TensorFlowPython.Run("TensorFlow/frozen_graphs.py", ["run", .. runs.Select(run => $"{run.Frozen}={run.Arrays}={run.Feeds}={run.Fetches}")]);
        Assert.Equal(runs.Length, results.EnumerateObject().Count());
        Assert.All(results.EnumerateObject(), result =>
        {
            Assert.True(result.Value.GetProperty("near").GetBoolean(), result.Name);
            Assert.Empty(result.Value.GetProperty("variables").EnumerateArray());
        });
    }

    private string Freeze(string graph, string prefix, string name, IReadOnlyList<string> outputs)
    {
        using CheckpointReader checkpoint = CheckpointReader.Open(prefix);
        GraphDef source = GraphDef.Parser.ParseFrom(File.ReadAllBytes(graph));
        FrozenGraph frozen = GraphFreezer.Freeze(source, new FreezeOptions { Outputs = outputs }, checkpoint);
        string path = _folder[$"{name}.frozen.pb"];
        File.WriteAllBytes(path, frozen.Definition.ToByteArray());
        return path;
    }

    private static JsonElement Expected(string folder) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expect.json"))).RootElement;

    private static string[] Names(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
