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

    // From tf.compat.v1.get_seed in graphs of these seeds.
    [Fact]
    public void Pairs_of_seeds_are_those_of_get_seed()
    {
        GraphBuilder seeded = new() { Graph = { Seed = 5 } }, plain = new(), zero = new() { Graph = { Seed = 0 } }, large = new() { Graph = { Seed = int.MaxValue } };
        Assert.Equal([(5, 0), (5, 7), (5, 1)], new[] { seeded.Seeds(null), seeded.Seeds(7), seeded.Seeds(null) });
        Assert.Equal((87654321, 7), plain.Seeds(7));
        Assert.Equal((0, 0), plain.Seeds(null));
        Assert.Equal((0, int.MaxValue), zero.Seeds(0));
        Assert.Equal((0, int.MaxValue), large.Seeds(null));
    }

    private static long? Number(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
}
