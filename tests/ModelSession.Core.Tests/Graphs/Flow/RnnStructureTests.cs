using System.Text.Json;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>Recurrent networks and samplers, compared with TensorFlow's node for node and by what they compute.</summary>
public sealed class RnnStructureTests
{
    private static readonly Lazy<Dictionary<string, byte[]>> s_expected = new(
        () => new([.. ExpectedArchive.Open("rnn_graphs.tar.gz"), .. ExpectedArchive.Open("attention_graphs.tar.gz")]));

    public static TheoryData<string> Names => [.. RnnGraphs.Names];

    // Python draws the numbers of variational dropout where the wrapper is made, ours where it is first called.
    public static MatrixTheoryData<string, string> Kinds => new(RnnGraphs.Names.Where(name => name != "variational"), ["ref", "resource"]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nodes_are_those_of_TensorFlow(string name, string kind)
    {
        GraphBuilder g = new() { UseResourceVariables = kind == "resource" };
        RnnGraphs.Build(name, g);

        NodeDef[] expected = [.. GraphDef.Parser.ParseFrom(s_expected.Value[$"{name}_{kind}.pb"]).Node.Where(node => !IsUnused(node.Name))];
        NodeText.AssertContains(expected.Where(node => !IsText(node)), g.Graph);
        string[] ours = [.. g.Graph.Operations.Select(operation => operation.Name).Where(node => !IsUnused(node))];
        Assert.Equal(expected.Select(node => node.Name).Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));
    }

    // Python's wrapper leaves its numbers in the graph when it is made; ours knows no graph then. Texts are in the graph twice.
    private static bool IsUnused(string node) =>
        node.Contains("DropoutWrapperInit/", StringComparison.Ordinal) || node.Contains("/Assert/Const", StringComparison.Ordinal);

    // Our messages have our words.
    private static bool IsText(NodeDef node) => node.Name.Contains("/Assert/data_", StringComparison.Ordinal) && node.Op == "Const";

    [Theory]
    [MemberData(nameof(Names))]
    public void Variables_values_and_gradients_are_those_of_TensorFlow(string name)
    {
        GraphBuilder g = new();
        GraphTensor[] results = RnnGraphs.Build(name, g);
        using JsonDocument expected = JsonDocument.Parse(s_expected.Value[name + ".json"]);
        Assert.Equal(expected.RootElement.GetProperty("variables").EnumerateArray().Select(text => text.GetString()), g.Variables().Select(variable => variable.Name));

        bool known = g.Graph.Find("net/known") is not null;
        GraphTensor x = g.Graph.Tensor(known ? "net/known:0" : "x:0");
        GraphTensor[] weights = [.. g.Variables().Select(variable => g.Graph.Tensor(variable.Name + "/read:0"))];
        List<GraphTensor> fetches = [.. results];
        if (weights.Length > 0)
        {
            GraphTensor[] squares = [.. results.Select(result => g.ReduceSum(result * result))];
            fetches.AddRange(Gradients.Of(g.AddN(squares), [x, .. weights])!);
        }

        string[] feeds = [x.Name, known ? "net/lengths:0" : "n:0", .. weights.Select(weight => weight.Name)];
        Tensor[] values = [Waves(known ? [3, 2, 4] : [2, 3, 4], 0, 1), Tensor.From(1, 3), .. weights.Select((weight, i) => Waves(weight.Shape, i, 0.5))];
        Tensor[] found = new Tensor[fetches.Count];
        using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
        session.Prepare(new RunSignature(feeds, [.. fetches.Select(fetch => fetch.Name)], [])).Run(values, found, TestContext.Current.CancellationToken);

        double[][] wanted = [.. expected.RootElement.GetProperty("values").EnumerateArray().Select(value => value.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
        Assert.Equal(wanted.Length, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            double[] numbers = found[i].DType == DType.Int64
                ? [.. found[i].Span<long>().ToArray().Select(value => (double)value)]
                : [.. found[i].Span<float>().ToArray().Select(value => (double)value)];
            Assert.Equal(wanted[i].Length, numbers.Length);
            Assert.All(wanted[i].Zip(numbers), pair => Assert.True(Math.Abs(pair.First - pair.Second) < 1e-5, $"{fetches[i].Name}: {pair}"));
        }
    }

    private static Tensor Waves(Shape shape, double phase, double scale)
    {
        long count = shape.Dimensions.ToArray().Aggregate(1L, (product, size) => product * size);
        float[] values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(scale * (float)Math.Sin(i + phase));
        }

        return Tensor.From(values, shape);
    }
}
