using System.Text.Json;

namespace ModelSessions.Tests.Graphs;

public sealed class SeedTests
{
    [Fact]
    public void Seeds_are_those_that_TensorFlow_chooses()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(SharedData.Require("golden/ops/random/seeds.json")));
        foreach (JsonElement row in table.RootElement.EnumerateArray())
        {
            GraphBuilder g = new();
            g.Graph.Seed = Number(row, "graph_seed");
            for (long i = Number(row, "nodes_before_the_call")!.Value; i > 0; i--)
            {
                g.NoOp();
            }

            GraphTensor random = g.RandomUniform((long[])[2], seed: Number(row, "op_seed"));

            Assert.Equal((Number(row, "seed"), Number(row, "seed2")), (random.Operation.Int("seed"), random.Operation.Int("seed2")));
        }
    }

    private static long? Number(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
}
