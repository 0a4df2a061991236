using System.Text;
using System.Text.Json;
using ModelSessions.Conformance.Golden;
using ModelSessions.Files;
using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions.Conformance.Files;

/// <summary>MetaGraphs: read from both forms and written again, imported with scopes and without devices, exported, and run.</summary>
internal static class MetaCases
{
    private static readonly Tolerance s_tolerance = new(false, 1e-5, 1e-6);

    public static void Check(FileCase c, IEngine engine)
    {
        using JsonDocument document = GoldenJson.Read<JsonDocument>(c.File("expect.json"));
        JsonElement expected = document.RootElement;
        MetaGraphDef meta = MetaGraphFile.Read(c.File("graph.meta"));
        MetaSummary.Check(expected, meta);
        CheckForms(c, meta);
        if (expected.TryGetProperty("imports", out JsonElement imports))
        {
            Expect.None([.. imports.EnumerateArray().Select(import => Fault(meta, import)).OfType<string>()]);
        }

        if (!meta.CollectionDef.ContainsKey("unbound_inputs"))
        {
            CheckExport(meta);
        }

        if (expected.TryGetProperty("run", out JsonElement run))
        {
            Run(c, meta, run, engine);
        }
    }

    // Text and binary say the same; what is written is what was read.
    private static void CheckForms(FileCase c, MetaGraphDef meta)
    {
        string text = c.File("graph.meta.pbtxt");
        if (File.Exists(text))
        {
            Expect.Equal("the text form", true, MetaGraphFile.Read(text).Equals(meta));
            Expect.Equal("the text that is printed", File.ReadAllText(text, Encoding.UTF8), TextFormat.Print(meta));
        }

        string folder = Directory.CreateTempSubdirectory("meta").FullName;
        try
        {
            foreach (bool asText in (bool[])[false, true])
            {
                string path = Path.Combine(folder, "again.meta");
                MetaGraphFile.Write(path, meta, asText);
                Expect.Equal($"written {(asText ? "as text" : "binary")} and read again", true, MetaGraphFile.Read(path).Equals(meta));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Fault(MetaGraphDef meta, JsonElement import)
    {
        try
        {
            MetaImports.Check(meta, import);
            return null;
        }
        catch (Exception error) when (error is MismatchException or ModelSessionException)
        {
            return $"import with {import.GetProperty("arguments").GetRawText()}: {error.Message}";
        }
    }

    private static void CheckExport(MetaGraphDef meta)
    {
        MetaGraphImportResult imported = MetaGraphImporter.Import(meta.Clone(), new MetaGraphImportOptions { KeepDevices = true });
        MetaGraphDef exported = MetaGraphExporter.Export(imported.Graph, new MetaGraphExportOptions
        {
            Saver = imported.Saver,
            Signatures = imported.Signatures,
            Tags = imported.Tags,
            StripDefaultAttributes = meta.MetaInfoDef.StrippedDefaultAttrs,
        });
        Expect.Equal("exported collections", true, exported.CollectionDef.Equals(meta.CollectionDef));
        Expect.Equal("exported saver", meta.SaverDef, exported.SaverDef);
        Expect.Equal("exported signatures", true, exported.SignatureDef.Equals(meta.SignatureDef));
        Expect.Equal("exported tags", meta.MetaInfoDef.Tags, exported.MetaInfoDef.Tags);
        Expect.Equal("exported versions", meta.GraphDef.Versions, exported.GraphDef.Versions);
        Expect.Equal("exported functions", meta.GraphDef.Library ?? new(), exported.GraphDef.Library ?? new());
        GraphNodes.Sequence("exported node", [.. Texts(meta.GraphDef)], [.. Texts(exported.GraphDef)]);
    }

    // Without the shapes of outputs, of which ours may be more, and the devices that nodes get from those that they are placed with.
    private static IEnumerable<string> Texts(GraphDef graph) => graph.Node.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node =>
    {
        NodeDef copy = node.Clone();
        copy.Attr.Remove("_output_shapes");
        copy.Device = copy.Attr.ContainsKey("_class") ? "" : copy.Device;
        string[] inputs = [.. copy.Input.Where(input => !input.StartsWith('^')), .. copy.Input.Where(input => input.StartsWith('^')).Order(StringComparer.Ordinal)];
        copy.Input.Clear();
        copy.Input.AddRange(inputs);
        copy.ExperimentalDebugInfo = null;
        copy.ExperimentalType = null;
        return TextFormat.Print(copy);
    });

    private static void Run(FileCase c, MetaGraphDef meta, JsonElement run, IEngine engine)
    {
        using Npz arrays = new(c.File(run.GetProperty("npz").GetString()!));
        Graph graph = MetaGraphImporter.Import(meta.Clone()).Graph;
        using IEngineSession session = engine.Open(graph, new EngineOptions());
        string[] feeds = [.. run.GetProperty("feeds").EnumerateArray().Select(name => name.GetString()!)];
        string[] fetches = [.. run.GetProperty("fetches").EnumerateArray().Select(name => name.GetString()!)];
        IRunPlan plan = session.Prepare(new RunSignature(feeds, fetches, []));
        Initialize(c, session, graph);
        Tensor[] values = new Tensor[fetches.Length];
        plan.Run([.. feeds.Select((_, i) => arrays[$"feed{i}"])], values, CancellationToken.None);
        for (int i = 0; i < fetches.Length; i++)
        {
            Comparison.Check(fetches[i], arrays[$"fetch{i}"], values[i], s_tolerance);
        }
    }

    private static void Initialize(FileCase c, IEngineSession session, Graph graph)
    {
        if (c.Record.TryGetProperty("checkpoint", out JsonElement name) && name.GetString() is { } prefix)
        {
            using CheckpointReader checkpoint = CheckpointReader.Open(c.File(prefix));
            CheckpointValues values = new(graph.ToGraphDef(), checkpoint);
            foreach (VariableInfo variable in session.Variables)
            {
                session.WriteVariable(variable.Name, values.Read(variable.Name) ?? throw new MismatchException($"the checkpoint has no value for '{variable.Name}'"));
            }

            return;
        }

        string[] variables = [.. graph.Builder.Variables().Concat(graph.Builder.Variables(CollectionKeys.LocalVariables)).Select(variable => variable.Initializer.Name)];
        foreach (string[] targets in ((string[][])[variables, [.. graph.Collections.Names("table_initializer")]]).Where(names => names.Length > 0))
        {
            session.Prepare(new RunSignature([], [], targets)).Run([], [], CancellationToken.None);
        }
    }
}
