using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>Large files: a graph of very many nodes is read, imported and run; a checkpoint has its data beyond 4 GiB.</summary>
internal static class StressCases
{
    public static void Check(FileCase c, IEngine engine)
    {
        if (c.Record.TryGetProperty("nodes", out JsonElement nodes))
        {
            CheckGraph(c, nodes.GetInt32(), engine);
        }
        else if (c.Record.TryGetProperty("prefix", out _))
        {
            SparseCheckpoint.Check(c);
        }
        else
        {
            throw new UnsupportedFeatureException("This stress case cannot be checked.", string.Join(", ", c.Record.EnumerateObject().Select(property => property.Name)));
        }
    }

    private static void CheckGraph(FileCase c, int nodes, IEngine engine)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        JsonElement expected = document.RootElement;
        GraphDef definition = GraphFile.Read(c.File("graph.pb.gz"));
        Expect.Equal("nodes", nodes, definition.Node.Count);
        Expect.Equal("bytes", expected.GetProperty("uncompressed_size").GetInt32(), definition.CalculateSize());
        Graph graph = GraphImporter.Import(definition);
        Expect.Equal("operations", nodes, graph.Count);
        JsonProperty[] fetches = [.. expected.GetProperty("fetches").EnumerateObject()];
        using IEngineSession session = engine.Open(graph, new EngineOptions());
        Tensor[] values = new Tensor[fetches.Length];
        session.Prepare(new RunSignature([], [.. fetches.Select(fetch => fetch.Name)], [])).Run([], values, CancellationToken.None);
        for (int i = 0; i < fetches.Length; i++)
        {
            Expect.Equal(fetches[i].Name, fetches[i].Value.GetSingle(), values[i].ToScalar<float>());
        }
    }
}
