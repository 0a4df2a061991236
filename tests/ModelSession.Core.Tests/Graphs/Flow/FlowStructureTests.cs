using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>Branches, loops and arrays of tensors, compared with TensorFlow's node for node, context for context, and by what they compute.</summary>
public sealed class FlowStructureTests
{
    public static TheoryData<string> Names => [.. FlowGraphs.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nodes_are_those_of_TensorFlow(string name)
    {
        GraphBuilder g = new();
        FlowGraphs.All[name](g);

        GraphDef expected = Expected(name).GraphDef;
        NodeText.AssertContains(expected.Node, g.Graph);
        Assert.Equal(expected.Node.Select(node => node.Name).Order(StringComparer.Ordinal), g.Graph.Operations.Select(operation => operation.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Contexts_are_those_of_TensorFlow(string name)
    {
        GraphBuilder g = new();
        FlowGraphs.All[name](g);

        MetaGraphDef expected = Expected(name);
        foreach (string key in (string[])["cond_context", "while_context"])
        {
            ByteString[] wanted = expected.CollectionDef.TryGetValue(key, out CollectionDef? collection) ? [.. collection.BytesList.Value] : [];
            Assert.Equal(wanted.Select(bytes => Text(key, bytes)), g.Graph.Collections.Bytes(key).Select(bytes => Text(key, bytes)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_are_those_of_TensorFlow(string name)
    {
        GraphBuilder g = new();
        FlowGraphs.All[name](g);
        GraphTensor x = g.Graph.Tensor("x:0"), result = g.Graph.Tensor("out:0");
        using JsonDocument values = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Graphs/Expected/flow_values.json")));
        JsonElement[] entries = [.. values.RootElement.GetProperty(name).EnumerateArray()];
        bool smooth = entries[0].GetProperty("gradient").ValueKind != JsonValueKind.Null;
        List<string> fetches = [result.Name, .. smooth ? [Gradients.Of(result, x)[0]!.Name] : (string[])[]];
        for (int i = 0; i < entries.Length; i++)
        {
            using IEngineSession session = new CpuEngine().Open(g.Graph, new EngineOptions(2));
            if (g.Variables().Count > 0)
            {
                session.Prepare(new RunSignature([], [], [g.InitializeVariables().Name])).Run([], [], TestContext.Current.CancellationToken);
            }

            Tensor[] found = new Tensor[fetches.Count];
            session.Prepare(new RunSignature(["x:0", "p:0"], fetches, [])).Run(
                [Tensor.From(0.5f, -1.5f), Tensor.Scalar(i == 0)], found, TestContext.Current.CancellationToken);
            AssertNear(entries[i].GetProperty("out"), found[0]);
            if (smooth)
            {
                AssertNear(entries[i].GetProperty("gradient"), found[1]);
            }
        }
    }

    private static void AssertNear(JsonElement expected, Tensor found)
    {
        double[] wanted = [.. expected.EnumerateArray().Select(value => value.GetDouble())];
        double[] values = [.. found.Span<float>().ToArray().Select(value => (double)value)];
        Assert.Equal(wanted.Length, values.Length);
        Assert.All(wanted.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static string Text(string key, ByteString bytes)
    {
        IMessage message = key == "cond_context" ? CondContextDef.Parser.ParseFrom(bytes) : WhileContextDef.Parser.ParseFrom(bytes);
        Sort(message);
        return JsonFormatter.Default.Format(message);
    }

    // Maps come in any order.
    private static void Sort(IMessage message)
    {
        ValuesDef values = message is CondContextDef cond ? cond.ValuesDef : ((WhileContextDef)message).ValuesDef;
        KeyValuePair<string, string>[] sorted = [.. values.ExternalValues.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
        values.ExternalValues.Clear();
        foreach ((string outside, string inside) in sorted)
        {
            values.ExternalValues.Add(outside, inside);
        }

        foreach (ControlFlowContextDef nested in message is CondContextDef outer ? outer.NestedContexts : ((WhileContextDef)message).NestedContexts)
        {
            Sort(nested.CondCtxt as IMessage ?? nested.WhileCtxt);
        }
    }

    private static MetaGraphDef Expected(string name) =>
        MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"Graphs/Expected/flow_{name}.pb")));
}
