using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>The op RestoreV2 on slices, and savers over variables that fit a checkpoint or do not.</summary>
internal static class RestoreCheck
{
    /// <summary>Checks the case's <c>slice_restores</c> and <c>restores</c>.</summary>
    public static void Check(FileCase c, CheckpointReader reader, IEngine engine)
    {
        using Npz? arrays = File.Exists(c.File("restores.npz")) ? new Npz(c.File("restores.npz")) : null;
        foreach (JsonElement restore in List(c, "slice_restores"))
        {
            CheckSlice(restore, reader, engine, arrays!);
        }

        HashSet<string> before = new(StringComparer.Ordinal);
        foreach (JsonElement restore in List(c, "restores"))
        {
            // The set tries everything with reference variables, and then again with resource variables.
            CheckSaver(c, restore, isResource: !before.Add(restore.GetProperty("what").GetString()!), engine, arrays!);
        }
    }

    private static void CheckSlice(JsonElement restore, CheckpointReader reader, IEngine engine, Npz arrays)
    {
        string name = restore.GetProperty("name").GetString()!, spec = restore.GetProperty("shape_and_slice").GetString()!;
        DType dtype = Type(restore.GetProperty("dtype"));
        GraphDef graph = new();
        Restore(graph, name, spec, dtype);
        Outcome($"slice '{spec}' of {name}", restore, () => Run(engine, graph, reader.Prefix, [], "restore:0"), value =>
        {
            Tensor expected = arrays[restore.GetProperty("npz").GetString()!];
            Comparison.Check($"slice '{spec}' of {name}", expected, value, Tolerance.Bits);
            if (spec.Length > 0)
            {
                Comparison.Check($"slice '{spec}' of {name}, by the reader", expected, reader.ReadSlice(name, TensorSlice.Parse(spec.Split(' ')[^1])), Tolerance.Bits);
            }
        });
    }

    // Saver's graph for one variable: RestoreV2, a Reshape where it is asked for, the assignment.
    private static void CheckSaver(FileCase c, JsonElement restore, bool isResource, IEngine engine, Npz arrays)
    {
        JsonProperty variable = restore.GetProperty("var_list").EnumerateObject().Single();
        DType dtype = Type(variable.Value.GetProperty("dtype"));
        Shape shape = Shape.Create([.. variable.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);
        bool reshape = restore.GetProperty("saver").TryGetProperty("reshape", out JsonElement asked) && asked.GetBoolean();
        GraphDef graph = new();
        Restore(graph, variable.Name, "", dtype);
        string value = "restore";
        if (reshape)
        {
            Tensor dimensions = Tensor.From<int>([.. shape.Select(size => (int)size)], [shape.Rank]);
            Add(graph, "shape", "Const", [], ("dtype", new AttrValue { Type = DType.Int32.ToProto() }), ("value", new AttrValue { Tensor = TensorCodec.ToProto(dimensions) }));
            Add(graph, "reshaped", "Reshape", ["restore", "shape"], ("T", new AttrValue { Type = dtype.ToProto() }));
            value = "reshaped";
        }

        AttrValue type = new() { Type = dtype.ToProto() };
        Add(graph, "variable", isResource ? "VarHandleOp" : "VariableV2", [], ("dtype", type), ("shape", new AttrValue { Shape = shape.ToProto() }));
        if (isResource)
        {
            Add(graph, "assign", "AssignVariableOp", ["variable", value], ("dtype", type));
            Add(graph, "read", "ReadVariableOp", ["variable"], ("dtype", type));
        }
        else
        {
            Add(graph, "assign", "Assign", ["variable", value], ("T", type));
            Add(graph, "read", "Identity", ["variable"], ("T", type));
        }

        string what = $"{restore.GetProperty("what").GetString()} ({(isResource ? "resource" : "reference")} variable)";
        string path = restore.GetProperty("path").GetString()!;
        Outcome(what, restore, () => Run(engine, graph, path.Length == 0 ? "" : c.File(path), ["assign"], "read:0"), found =>
            Comparison.Check(what, arrays[restore.GetProperty("ok").GetProperty(variable.Name).GetString()!], found, Tolerance.Bits));
    }

    private static void Outcome(string what, JsonElement record, Func<Tensor> run, Action<Tensor> check)
    {
        Tensor value;
        try
        {
            value = run();
        }
        catch (ModelSessionException error) when (error is not UnsupportedFeatureException && record.TryGetProperty("error", out JsonElement expected))
        {
            // Errors of Python's have no code.
            if (expected.TryGetProperty("code", out JsonElement code))
            {
                Expect.Equal($"{what}, error", (StatusCode)code.GetInt32(), error.Code);
            }

            return;
        }

        if (record.TryGetProperty("error", out JsonElement missing))
        {
            throw new MismatchException($"{what}: expected the error {missing.GetProperty("message").GetString()}, found none");
        }

        check(value);
    }

    private static Tensor Run(IEngine engine, GraphDef graph, string prefix, IReadOnlyList<string> targets, string fetch)
    {
        using IEngineSession session = engine.Open(GraphImporter.Import(graph), new EngineOptions { Files = FilePermissions.All(Path.GetDirectoryName(prefix)!) });
        Tensor[] values = new Tensor[1];
        if (targets.Count > 0)
        {
            session.Prepare(new RunSignature(["prefix:0"], [], targets)).Run([Tensor.Scalar(prefix)], [], CancellationToken.None);
        }

        session.Prepare(new RunSignature(["prefix:0"], [fetch], [])).Run([Tensor.Scalar(prefix)], values, CancellationToken.None);
        return values[0];
    }

    private static void Restore(GraphDef graph, string name, string spec, DType dtype)
    {
        Add(graph, "prefix", "Placeholder", [], ("dtype", new AttrValue { Type = DType.String.ToProto() }));
        foreach ((string node, string text) in new[] { ("names", name), ("specs", spec) })
        {
            Add(graph, node, "Const", [], ("dtype", new AttrValue { Type = DType.String.ToProto() }), ("value", new AttrValue { Tensor = TensorCodec.ToProto(Tensor.FromStrings([text], [1])) }));
        }

        AttrValue types = new() { List = new AttrValue.Types.ListValue() };
        types.List.Type.Add(dtype.ToProto());
        Add(graph, "restore", "RestoreV2", ["prefix", "names", "specs"], ("dtypes", types));
    }

    private static void Add(GraphDef graph, string name, string op, string[] inputs, params (string Key, AttrValue Value)[] attributes)
    {
        NodeDef node = new() { Name = name, Op = op };
        node.Input.AddRange(inputs);
        foreach ((string key, AttrValue value) in attributes)
        {
            node.Attr[key] = value;
        }

        graph.Node.Add(node);
    }

    private static DType Type(JsonElement name) => DTypes.TryParse(name.GetString()!, out DType dtype) ? dtype : throw new InvalidDataException($"The type '{name}' is not known.");

    private static JsonElement.ArrayEnumerator List(FileCase c, string field) => c.Record.TryGetProperty(field, out JsonElement list) ? list.EnumerateArray() : default;
}
