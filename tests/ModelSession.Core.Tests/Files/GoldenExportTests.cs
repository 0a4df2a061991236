using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>The exports of TensorFlow's training graphs: what it froze, and the SavedModels that it wrote.</summary>
public sealed class GoldenExportTests
{
    [Fact]
    public void Every_training_graph_is_frozen_into_TensorFlows_nodes()
    {
        List<string> different = [];
        int equal = 0;
        foreach (string folder in Models().Where(folder => File.Exists(Path.Combine(folder, "frozen.pb"))))
        {
            JsonElement model = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "model.json"))).RootElement;
            string[] outputs = [.. model.GetProperty("outputs").EnumerateObject().Select(output => output.Value.GetString()!.Split(':')[0]).Distinct()];
            GraphDef source = MetaGraphFile.Read(Path.Combine(folder, "model.ckpt-0.meta")).GraphDef;
            using CheckpointReader checkpoint = CheckpointReader.Open(CheckpointFolder.Resolve(folder).Prefix);
            FrozenGraph frozen = GraphFreezer.Freeze(source, new FreezeOptions { Outputs = outputs }, checkpoint);
            GraphDef expected = GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "frozen.pb")));
            if (Difference(expected, frozen.Definition) is { } difference)
            {
                different.Add($"{Path.GetFileName(folder)}: {difference}");
            }
            else
            {
                equal++;
            }
        }

        Assert.True(different.Count == 0 && equal > 0, string.Join('\n', different));
    }

    [Fact]
    public void Every_SavedModel_of_a_training_graph_opens_with_its_values()
    {
        SessionOptions options = new() { Engines = [new CpuEngine()] };
        int opened = 0;
        foreach (string folder in Models().Select(folder => Path.Combine(folder, "saved_model")).Where(Directory.Exists))
        {
            try
            {
                using ModelSession session = ModelSession.Restore(folder, options);
                Assert.Contains(session.Signatures, signature => signature.Name == "serving_default");
                using CheckpointReader values = CheckpointReader.Open(SavedModelInfo.Read(folder).VariablesPrefix!);
                foreach (SavedVariable variable in session.Saver.Variables.Where(variable => variable.Slice.Length == 0))
                {
                    Assert.Equal(GoldenCheckpoints.Sha256(values.Read(variable.CheckpointName)), GoldenCheckpoints.Sha256(session.ReadVariable(variable.Name)));
                }

                opened++;
            }
            catch (UnsupportedFeatureException)
            {
                // What fills its tables at the start is not there yet.
            }
        }

        Assert.True(opened > 0);
    }

    // The order of nodes, names, kinds, inputs, and the values of all constants.
    private static string? Difference(GraphDef expected, GraphDef found)
    {
        foreach ((NodeDef? theirs, NodeDef? ours) in Enumerable.Range(0, Math.Max(expected.Node.Count, found.Node.Count)).Select(i => (expected.Node.ElementAtOrDefault(i), found.Node.ElementAtOrDefault(i))))
        {
            if (Text(theirs) != Text(ours))
            {
                return $"expected {Text(theirs)}, found {Text(ours)}";
            }

            if (theirs!.Op == "Const" && GoldenCheckpoints.Sha256(TensorCodec.Parse(theirs.Attr["value"].Tensor)) != GoldenCheckpoints.Sha256(TensorCodec.Parse(ours!.Attr["value"].Tensor)))
            {
                return $"the value of {theirs.Name}";
            }
        }

        return null;
    }

    private static string Text(NodeDef? node) => node is null ? "none" : $"{node.Name} = {node.Op}({string.Join(", ", node.Input)})";

    private static IEnumerable<string> Models() => Directory.EnumerateDirectories(SharedData.Require("golden/models")).Where(folder => File.Exists(Path.Combine(folder, "model.json"))).Order(StringComparer.Ordinal);
}
