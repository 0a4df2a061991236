using System.Text.Json;
using System.Text.RegularExpressions;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

/// <summary>The gradients that we add to TensorFlow's forward graphs, against those that TensorFlow added.</summary>
public sealed class GradientStructureTests
{
    // Where Python's graph had shapes that it knew better than its file tells (set_shape), and where it first makes an empty list a
    // float constant that it then drops, which takes a name.
    private static readonly HashSet<string> s_other =
    [
        "array/ExpandDims_fed", "array/StridedSlice_fed", "array/image_flip_crop_pad", "conv/atrous_conv2d", "flow/tensor_array_ops",
        "flow/tensor_array_split_concat", "loss/abs_loss", "loss/cosine_loss", "loss/hinge_loss", "loss/huber_loss",
        "loss/log_loss", "loss/mse_loss", "reduce/Prod_none",

        // Ours takes no sparse matrix, and sizes that are not known.
        "legacy/ExtractVolumePatches",
    ];

    [Fact]
    public void Gradients_are_the_nodes_that_Python_adds()
    {
        string folder = SharedData.Require("golden/ops");
        // Python writes numbers that JSON does not have.
        string json = Regex.Replace(File.ReadAllText(Path.Combine(folder, "index.json")), @"(?<=[:\[,]\s*)(-?Infinity|NaN)\b", "null");
        using JsonDocument index = JsonDocument.Parse(json);
        List<string> different = [];
        int same = 0, refused = 0;
        foreach (var family in index.RootElement.GetProperty("cases").EnumerateArray().Where(item => item.TryGetProperty("grad", out _)).GroupBy(item => item.GetProperty("graph").GetString()!))
        {
            GraphDef expected = GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, family.First().GetProperty("grad").GetProperty("graph").GetString()!)));
            Graph graph = GraphImporter.Import(GraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, family.Key))));
            foreach (JsonElement item in family)
            {
                string id = item.GetProperty("id").GetString()!, scope = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..] + "/grad/";
                try
                {
                    Differentiate(graph, item.GetProperty("grad"), scope);
                }
                catch (UnsupportedFeatureException)
                {
                    refused++;
                    continue;
                }

                string[] faults = [.. expected.Node.Where(node => node.Name.StartsWith(scope, StringComparison.Ordinal)).Select(node => Fault(graph, node)).OfType<string>()];
                if (faults.Length == 0)
                {
                    same++;
                }
                else if (!s_other.Contains(id) && !IsFlow(id))
                {
                    different.Add($"{id} ({faults.Length})\n    {string.Join("\n    ", faults.Take(3))}");
                }
            }
        }

        Assert.True(different.Count == 0, $"{same} the same, {different.Count} different, {refused} refused.\n{string.Join('\n', different)}");
        Assert.True(same >= SharedData.AtLeast("golden/ops", whole: 660, committed: 150), $"{same} cases the same, {refused} without a gradient here.");
    }

    // In loops Python knows shapes that files do not tell, and keeps less; functions of gradients have other names.
    private static bool IsFlow(string id) => id.StartsWith("flow", StringComparison.Ordinal);

    private static void Differentiate(Graph graph, JsonElement grad, string scope)
    {
        GraphBuilder g = graph.Builder;
        using GraphScope inside = g.NameScope(scope);
        GraphTensor[] ys = [.. grad.GetProperty("ys").EnumerateArray().Select(name => graph.Tensor(name.GetString()!))];
        GraphTensor[] xs = [.. grad.GetProperty("xs").EnumerateArray().Select(name => graph.Tensor(name.GetString()!))];
        GraphTensor[] gradYs = [.. ys.Select((y, i) => g.Placeholder(y.DType, y.Shape, $"gy{i}"))];
        IReadOnlyList<Gradient?> gradients = Gradients.Of(ys, xs, gradYs, colocate: true);
        for (int i = 0; i < xs.Length; i++)
        {
            if (gradients[i] is { IsSlices: true } slices)
            {
                g.Identity(slices.Values, $"dx{i}_values");
                g.Identity(slices.Indices!, $"dx{i}_indices");
            }
            else if (gradients[i] is { } dense)
            {
                g.Identity(dense.Values, $"dx{i}");
            }
        }
    }

    private static string? Fault(Graph graph, NodeDef expected)
    {
        if (graph.Find(expected.Name) is not { } operation)
        {
            return $"{expected.Name}: missing {NodeText.Of(expected)}";
        }

        NodeDef actual = operation.ToNodeDef();
        return NodeText.Of(actual) == NodeText.Of(expected) ? null : $"{expected.Name}:\n      {NodeText.Of(expected)}\n      {NodeText.Of(actual)}";
    }
}
