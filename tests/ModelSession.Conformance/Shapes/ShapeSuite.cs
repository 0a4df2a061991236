using System.IO.Compression;
using System.Text.Json;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Shapes;

/// <summary>Compares the static shapes that our rules find with TensorFlow's, for a file with the schema of golden/shapes: one outcome a tensor.</summary>
public sealed class ShapeSuite
{
    private readonly string _root;
    private readonly Dictionary<string, Dictionary<string, JsonElement>> _graphs;

    /// <summary>The tensors of a file.</summary>
    /// <param name="file">A gzipped JSON file; the graphs' paths in it are relative to the folder above its own.</param>
    public ShapeSuite(string file)
    {
        string path = Path.GetFullPath(file);
        _root = Path.GetDirectoryName(Path.GetDirectoryName(path))!;
        using GZipStream text = new(File.OpenRead(path), CompressionMode.Decompress);
        _graphs = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, JsonElement>>>(text)!;
    }

    /// <summary>Compares the tensors, as <c>graph file:tensor</c>, that a filter takes.</summary>
    public IEnumerable<Outcome> Run(Func<string, bool> filter) =>
        from graph in _graphs
        let tensors = graph.Value.Where(tensor => filter(Id(graph.Key, tensor.Key))).ToList()
        where tensors.Count > 0
        from outcome in Run(graph.Key, tensors)
        select outcome;

    private static string Id(string file, string tensor) => $"{file}:{tensor}";

    private IEnumerable<Outcome> Run(string file, List<KeyValuePair<string, JsonElement>> tensors)
    {
        Graph? graph = null;
        Outcome import = Attempt.Run("import", file, () => graph = Import(Path.Combine(_root, file)));
        string family = Path.GetDirectoryName(file)!.Replace('\\', '/');
        return graph is null
            ? tensors.Select(tensor => new Outcome(family, Id(file, tensor.Key), Verdict.Failed, "the graph was not imported: " + import.Detail))
            : tensors.Select(tensor => Attempt.Run(family, Id(file, tensor.Key), () => Check(graph, tensor.Key, tensor.Value)));
    }

    // What a file states must not stand in for what is inferred.
    private static Graph Import(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        GraphDef definition = path.EndsWith(".meta", StringComparison.Ordinal) ? MetaGraphDef.Parser.ParseFrom(bytes).GraphDef : GraphDef.Parser.ParseFrom(bytes);
        foreach (NodeDef node in definition.Node)
        {
            node.Device = "";
            node.Attr.Remove("_output_shapes");
        }

        return GraphImporter.Import(definition);
    }

    private static void Check(Graph graph, string name, JsonElement expected)
    {
        GraphTensor tensor = graph.Tensor(name);
        string dtype = expected[0].GetString()!, found = tensor.DType.Name() + (tensor.IsRef ? "_ref" : "");
        if (dtype != found)
        {
            throw new MismatchException($"{tensor.Operation.Type}: dtype {found}, TensorFlow has {dtype}");
        }

        Shape shape = expected[1].ValueKind == JsonValueKind.Null
            ? Shape.Unknown
            : Shape.Create([.. expected[1].EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Null ? Shape.UnknownDimension : size.GetInt64())]);
        if (!tensor.Shape.TryMerge(shape, out Shape merged))
        {
            throw new MismatchException($"{tensor.Operation.Type}: {tensor.Shape} contradicts TensorFlow's {shape}");
        }

        if (!merged.Equals(tensor.Shape))
        {
            throw new MismatchException($"{tensor.Operation.Type}: {tensor.Shape} says less than TensorFlow's {shape}");
        }
    }
}
