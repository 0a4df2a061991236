using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>SavedModels: what is in them is listed as it is, variables are restored, signatures give TensorFlow's values.</summary>
internal static class SavedModelCases
{
    private const string InitSignature = "__saved_model_init_op";

    /// <summary>Checks one case.</summary>
    public static void Check(FileCase c, IEngine engine)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        JsonElement expected = document.RootElement;
        string model = c.File(c.Text("model"));
        SavedModelInfo info = SavedModelInfo.Read(model);
        CheckTags(c, info, engine, model);
        if (expected.TryGetProperty("meta_graphs", out JsonElement graphs))
        {
            JsonFacts.Check("schema_version", expected.GetProperty("schema_version"), info.SchemaVersion);
            CheckMessage(graphs, Message(model));
            CheckInfo(graphs, info);
        }

        if (Directory.Exists(c.File("binary")) && !Message(c.File("binary")).Equals(Message(model)))
        {
            throw new MismatchException("the text and the binary file hold different models");
        }

        if (expected.TryGetProperty("variables", out JsonElement variables))
        {
            CheckVariables(variables, info, engine);
        }

        using Npz arrays = new(c.File("calls.npz"));
        SignatureCalls.Check(expected.GetProperty("calls"), arrays, tags => ModelSession.Restore(model, new SessionOptions { Engines = [engine], Tags = tags }));
    }

    private static void CheckTags(FileCase c, SavedModelInfo info, IEngine engine, string model)
    {
        JsonFacts.Check("tags", c.Record.GetProperty("tags"), new JsonArray([.. info.Graphs.Select(graph => Names(graph.Tags))]));
        string[] unknown = ["no", "such", "tags"];
        try
        {
            ModelSession.Restore(model, new SessionOptions { Engines = [engine], Tags = unknown }).Dispose();
        }
        catch (ModelFileException error) when (error.Code == StatusCode.NotFound && info.Graphs.All(graph => graph.Tags.All(tag => error.Message.Contains(tag, StringComparison.Ordinal))))
        {
            return;
        }

        throw new MismatchException("a set of tags that the model does not have: expected an error that lists those it has");
    }

    private static void CheckMessage(JsonElement expected, SavedModel model)
    {
        for (int i = 0; i < model.MetaGraphs.Count; i++)
        {
            MetaSummary.Check(expected[i], model.MetaGraphs[i]);
            JsonFacts.Check($"meta_graphs[{i}]", expected[i], new JsonObject { ["object_graph"] = Objects(model.MetaGraphs[i]), ["concrete_functions"] = Functions(model.MetaGraphs[i]) });
        }
    }

    private static JsonArray? Objects(MetaGraphDef meta) => meta.ObjectGraphDef is null ? null : new([.. meta.ObjectGraphDef.Nodes.Select(node => new JsonObject
    {
        ["children"] = new JsonArray([.. node.Children.Select(child => (JsonNode)new JsonArray(child.LocalName, child.NodeId))]),
        ["variable"] = node.Variable is not { } variable ? null : new JsonObject
        {
            ["name"] = variable.Name,
            ["dtype"] = ((DType)(int)variable.Dtype).Name(),
            ["shape"] = new JsonArray([.. variable.Shape.Dim.Select(size => (JsonNode)size.Size)]),
            ["trainable"] = variable.Trainable,
        },
        ["function"] = node.Function is { } function ? Names(function.ConcreteFunctions) : null,
        ["bare_concrete_function"] = node.BareConcreteFunction?.ConcreteFunctionName,
        ["asset_file_def_index"] = node.Asset?.AssetFileDefIndex,
    })]);

    private static JsonObject? Functions(MetaGraphDef meta) => meta.ObjectGraphDef is null ? null : new(meta.ObjectGraphDef.ConcreteFunctions.Select(pair =>
        KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject { ["bound_inputs"] = new JsonArray([.. pair.Value.BoundInputs.Select(number => (JsonNode)number)]) })));

    private static void CheckInfo(JsonElement expected, SavedModelInfo info)
    {
        for (int i = 0; i < info.Graphs.Count; i++)
        {
            SavedModelGraph graph = info.Graphs[i];
            JsonFacts.Check($"graph {i}", expected[i], new JsonObject { ["nodes"] = graph.NodeCount, ["tensorflow_version"] = graph.TensorFlowVersion });
            JsonElement stated = expected[i].GetProperty("signature_def");
            JsonFacts.CheckNames($"graph {i}, signatures", stated, graph.Signatures.Select(signature => signature.Name).Concat(stated.TryGetProperty(InitSignature, out _) ? [InitSignature] : []));
            foreach (SignatureInfo signature in graph.Signatures)
            {
                JsonElement one = stated.GetProperty(signature.Name);
                JsonFacts.Check($"{signature.Name}.method_name", one.GetProperty("method_name"), signature.Method);
                CheckTensors($"{signature.Name}.inputs", one.GetProperty("inputs"), signature.Inputs);
                CheckTensors($"{signature.Name}.outputs", one.GetProperty("outputs"), signature.Outputs);
            }
        }
    }

    private static void CheckTensors(string what, JsonElement expected, IReadOnlyList<SignatureTensor> found)
    {
        Dictionary<string, SignatureTensor> byName = found.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        int checkedTensors = 0;
        foreach (JsonProperty member in expected.EnumerateObject())
        {
            string[] parts = member.Value.GetProperty("encoding").GetString() == "coo_sparse" ? ["values", "indices", "dense_shape"] : ["name"];
            foreach (string part in parts)
            {
                string name = part == "name" ? member.Name : $"{member.Name}.{part}";
                SignatureTensor tensor = byName.GetValueOrDefault(name) ?? throw new MismatchException($"{what}: expected '{name}', found {string.Join(", ", byName.Keys)}");
                JsonFacts.Check($"{what}.{name}", member.Value.GetProperty(part), tensor.Tensor);
                checkedTensors++;
                if (part == "name")
                {
                    JsonFacts.Check($"{what}.{name}", member.Value, new JsonObject { ["dtype"] = tensor.DType.Name(), ["shape"] = Sizes(tensor.Shape) });
                }
            }
        }

        if (checkedTensors != found.Count)
        {
            throw new MismatchException($"{what}: expected {checkedTensors}, found {string.Join(", ", byName.Keys)}");
        }
    }

    // Every variable of every graph has a value of the checkpoint, and every tensor of the checkpoint is a variable's.
    private static void CheckVariables(JsonElement expected, SavedModelInfo info, IEngine engine)
    {
        HashSet<string> rows = [.. expected.EnumerateArray().Where(row => row.GetProperty("name").GetString() != "_CHECKPOINTABLE_OBJECT_GRAPH")
            .Select(row => $"{row.GetProperty("dtype").GetString()} {Sizes(GoldenValue.ShapeOf(row))!.ToJsonString()} {row.GetProperty("sha256").GetString()}")];
        HashSet<string> found = [];
        foreach (SavedModelGraph graph in info.Graphs)
        {
            using ModelSession session = ModelSession.Restore(info.Folder, new SessionOptions { Engines = [engine], Tags = [.. graph.Tags] });
            foreach (VariableInfo variable in session.Variables)
            {
                Tensor value = session.ReadVariable(variable.Name);
                if (value.DType == DType.String && value.ElementCount == 1 && File.Exists(value.StringAt(0)))
                {
                    // The path of an asset is in no checkpoint: it is set when the model is opened.
                    continue;
                }

                string row = $"{value.DType.Name()} {Sizes(value.Shape)!.ToJsonString()} {Convert.ToHexStringLower(SHA256.HashData(GoldenTensor.Bytes(value)))}";
                found.Add(rows.Contains(row) ? row : throw new MismatchException($"the variable '{variable.Name}' ({value}) has no value of the checkpoint"));
            }
        }

        if (found.Count < rows.Count)
        {
            throw new MismatchException($"tensors of the checkpoint that no variable has: {string.Join("; ", rows.Except(found))}");
        }
    }

    private static SavedModel Message(string folder) => File.Exists(Path.Combine(folder, "saved_model.pb"))
        ? SavedModel.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "saved_model.pb")))
        : TextFormat.Parse<SavedModel>(File.ReadAllText(Path.Combine(folder, "saved_model.pbtxt")));

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonArray? Sizes(Shape shape) => shape.Rank < 0 ? null : new([.. Enumerable.Range(0, shape.Rank).Select(i => (JsonNode)shape[i])]);
}
