using System.Text.Json;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>MetaGraphs of public projects, written by TensorFlow 0.12 to 1.14: all of them open, also the two that Python refuses, one of them only
/// where it is said that stored shapes need not fit.</summary>
public sealed class ArtifactMetaTests
{
    private const string Contradictory = "SciSharp+TensorFlow.NET/graph/vd_cnn.meta";

    [Fact]
    public void Every_public_MetaGraph_opens_and_holds_what_TensorFlow_finds_in_it()
    {
        using FileStream file = File.OpenRead(SharedData.Require("data/expected.json"));
        using JsonDocument document = JsonDocument.Parse(file);
        string folder = SharedData.Require("data/artifacts");
        int checkedFiles = 0;
        foreach (JsonProperty meta in document.RootElement.GetProperty("meta_graphs").EnumerateObject())
        {
            Check(Path.Combine(folder, meta.Name), meta.Value);
            checkedFiles++;
        }

        Assert.True(checkedFiles > 20, $"{checkedFiles} files");
    }

    [Fact]
    public void A_graph_whose_stored_shapes_contradict_it_is_refused_with_a_way_to_open_it()
    {
        string path = SharedData.Require("data/artifacts/" + Contradictory);

        ModelFileException refused = Assert.Throws<ModelFileException>(() => MetaGraphFile.Import(path, new MetaGraphImportOptions()));
        Assert.Contains("-IgnoreShapeConflict", refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(MetaGraphFile.Import(path, new MetaGraphImportOptions { IgnoreShapeConflicts = true }).Warnings);
    }

    private static void Check(string path, JsonElement expected)
    {
        MetaGraphDef definition = MetaGraphFile.Read(path);
        Assert.Equal(expected.GetProperty("saver_def").GetString() is { Length: > 0 } saver ? TextFormat.Parse<SaverDef>(saver) : null, definition.SaverDef);
        Assert.Equal(expected.GetProperty("functions").GetInt32(), definition.GraphDef.Library?.Function.Count ?? 0);

        MetaGraphImportResult imported = MetaGraphFile.Import(path, new MetaGraphImportOptions { IgnoreShapeConflicts = path.EndsWith(Contradictory, StringComparison.Ordinal) });
        Graph graph = imported.Graph;
        Assert.Equal(expected.GetProperty("nodes").GetInt32(), graph.Count);
        Assert.Equal(expected.GetProperty("producer").GetInt32(), graph.Versions.Producer);
        Assert.Equal(expected.GetProperty("min_consumer").GetInt32(), graph.Versions.MinConsumer);
        Assert.Equal(
            expected.GetProperty("op_types").EnumerateObject().Select(op => $"{op.Name} {op.Value.GetInt32()}").Order(StringComparer.Ordinal),
            graph.Operations.GroupBy(operation => operation.Type).Select(group => $"{group.Key} {group.Count()}").Order(StringComparer.Ordinal));
        Assert.Equal(
            expected.GetProperty("collections").EnumerateObject().Select(collection => $"{collection.Name} {collection.Value[0].GetString()} {collection.Value[1].GetInt32()}").Order(StringComparer.Ordinal),
            graph.Collections.Keys.Select(key => $"{key} {Kind(graph.Collections, key)}").Order(StringComparer.Ordinal));
        if (expected.TryGetProperty("train_op", out JsonElement trains))
        {
            Assert.Equal(trains.EnumerateArray().Select(name => name.GetString()!), graph.Collections.Names(CollectionKeys.TrainOp));
        }

        // Before TensorFlow 1.9 only the collection told which variables are trained.
        if (expected.GetProperty("tensorflow_version").GetString() is "0.12.head" or "1.0.0")
        {
            Assert.Equal(
                graph.Collections.Bytes(CollectionKeys.TrainableVariables).Select(bytes => VariableDef.Parser.ParseFrom(bytes).VariableName).ToHashSet(),
                graph.Builder.Variables().Where(variable => variable.IsTrainable).Select(variable => variable.Handle.Name).ToHashSet());
        }
    }

    private static string Kind(GraphCollections collections, string key)
    {
        collections.TryGet(key, out CollectionDef? collection);
        return collection!.KindCase switch
        {
            CollectionDef.KindOneofCase.NodeList => $"node_list {collection.NodeList.Value.Count}",
            CollectionDef.KindOneofCase.BytesList => $"bytes_list {collection.BytesList.Value.Count}",
            CollectionDef.KindOneofCase.Int64List => $"int64_list {collection.Int64List.Value.Count}",
            CollectionDef.KindOneofCase.FloatList => $"float_list {collection.FloatList.Value.Count}",
            _ => $"any_list {collection.AnyList.Value.Count}",
        };
    }
}
