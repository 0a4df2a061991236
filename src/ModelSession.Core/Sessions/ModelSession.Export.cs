using ModelSessions.Files;
using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Writes the graph for others: frozen or plain, as a MetaGraph, or as a SavedModel with its values.</summary>
    /// <param name="path">The file, or a SavedModel's folder.</param>
    /// <param name="options">How; null for what the extension tells.</param>
    /// <param name="cancel">Leaves what is there as it was.</param>
    /// <exception cref="ModelFileException">It cannot be written, or a folder holds something else.</exception>
    /// <exception cref="GraphException">An output is not in the graph, or needs what cannot be frozen.</exception>
    /// <exception cref="EngineException">A variable has no value, or the session is torn.</exception>
    public ExportResult Export(string path, ExportOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new ExportOptions();
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        GraphFormat format = options.Format ?? FormatOf(full);
        using Turn turn = Alone(cancel);
        CheckWhole();
        List<string> notes = [], warnings = [];
        string[] outputs = [.. OutputsFor(options, notes)];
        FrozenGraph? frozen = options.Frozen ? Freeze(outputs, options, notes, warnings, cancel) : null;
        GraphDef? valueless = null;
        switch (format)
        {
            case GraphFormat.Meta:
                MetaGraphDef meta = Meta(options, _signatures, [], outputs, frozen);
                MetaGraphFile.Write(full, meta, options.AsText || IsText(full), cancel);
                valueless = meta.GraphDef;
                break;
            case GraphFormat.SavedModel:
                WriteSavedModel(full, options, outputs, frozen, warnings, cancel);
                break;
            default:
                valueless = frozen?.Definition ?? Plain(outputs);
                GraphRecordFile.Write(full, valueless, format == GraphFormat.Pbtxt, RecordWithin(valueless), cancel);
                break;
        }

        if (frozen is null && valueless is not null)
        {
            NoteValues(valueless, notes, warnings);
        }

        return new ExportResult(full, format, outputs, frozen?.Frozen ?? [], notes) { Warnings = warnings };
    }

    /// <summary>The form that a path's extension tells of. One without an extension, or that ends like a version (<c>1.0</c>), is a SavedModel's folder.</summary>
    /// <exception cref="ArgumentException">The extension is none of a graph's.</exception>
    public static GraphFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pb" => GraphFormat.Pb,
        ".pbtxt" => path.EndsWith(CheckpointFiles.MetaSuffix + ".pbtxt", StringComparison.OrdinalIgnoreCase) ? GraphFormat.Meta : GraphFormat.Pbtxt,
        CheckpointFiles.MetaSuffix => GraphFormat.Meta,
        var extension when extension.Length <= 1 || extension.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 || System.IO.Directory.Exists(path) => GraphFormat.SavedModel,
        var extension => throw new ArgumentException(
            $"'{path}': the extension '{extension}' tells no format. Use .pb, .pbtxt, .meta, none for a SavedModel's folder, or give the format."),
    };

    private static bool IsText(string path) => path.EndsWith(".pbtxt", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> OutputsFor(ExportOptions options, List<string> notes)
    {
        if (options.Outputs is { Count: > 0 } given)
        {
            return given.SelectMany(name => Binding.NamesOf(name) is { Count: > 0 } bound ? bound.Values : [Known(name)]);
        }

        if (!options.Frozen)
        {
            return [];
        }

        (IReadOnlyList<string> outputs, string source) = OutputGuess.Of(Graph, Binding, _signatures);
        notes.Add($"No outputs were given; taken are {string.Join(", ", outputs.Select(output => $"'{output}'"))}: {source}.");
        return outputs;
    }

    private string Known(string output)
    {
        // It tells what is near, roles too.
        _ = Operation(output);
        return output;
    }

    private FrozenGraph Freeze(string[] outputs, ExportOptions options, List<string> notes, List<string> warnings, CancellationToken cancel)
    {
        WorkCounter counter = new(options.Progress, WorkCounter.Sum(Variables.Select(Bytes)), WorkUnit.Bytes);
        FrozenGraph frozen = GraphFreezer.Freeze(
            Graph.ToGraphDef(), new FreezeOptions { Outputs = outputs, Include = options.Include, Exclude = options.Exclude }, Read);
        string[] tables = [.. frozen.Definition.Node.Where(node => node.Op.Contains("HashTable", StringComparison.Ordinal)).Select(node => $"'{node.Name}'")];
        if (tables.Length > 0)
        {
            warnings.Add($"Lookup tables are not frozen: {string.Join(", ", tables)} must be filled before the graph is run. Name what fills them among the outputs, or export a SavedModel.");
        }

        if (frozen.Dropped.Count > 0)
        {
            notes.Add($"Assignments to frozen variables write nothing any more: {string.Join(", ", frozen.Dropped.Select(name => $"'{name}'"))}.");
        }

        if (options.ClearDevices)
        {
            foreach (NodeDef node in frozen.Definition.Node)
            {
                node.Device = "";
            }
        }

        return frozen;

        Tensor? Read(string name)
        {
            cancel.ThrowIfCancellationRequested();
            Tensor? value = Engine.ReadVariable(name);
            counter.Add(value?.ByteLength ?? 0);
            return value;
        }
    }

    private static long Bytes(VariableInfo variable) => variable.Shape.IsFullyDefined ? variable.Shape.ElementCount * variable.DType.Size() : 0;

    private GraphDef Plain(string[] outputs)
    {
        GraphDef graph = Graph.ToGraphDef();
        return outputs.Length > 0 ? GraphPruner.Prune(graph, outputs) : graph;
    }

    private MetaGraphDef Meta(ExportOptions options, IReadOnlyList<SignatureInfo> signatures, IReadOnlyList<string> tags, string[] outputs, FrozenGraph? frozen)
    {
        Record(Binding).WriteTo(Graph.Collections);
        MetaGraphDef meta = MetaGraphExporter.Export(Graph, new MetaGraphExportOptions
        {
            Scope = options.Scope,
            ClearDevices = options.ClearDevices,
            StripDefaultAttributes = options.StripDefaultAttributes,
            Saver = Saver.Definition,
            Signatures = signatures.ToDictionary(signature => signature.Name, signature => signature.ToProto(), StringComparer.Ordinal),
            Tags = tags,
        });
        if (frozen is not null || outputs.Length > 0)
        {
            meta.GraphDef = frozen?.Definition ?? GraphPruner.Prune(meta.GraphDef, outputs);
            CollectionPruner.Prune(meta);
            GraphCollections record = new();
            RecordWithin(meta.GraphDef).WriteTo(record);
            foreach (string key in record.Keys)
            {
                meta.CollectionDef[key] = record.TryGet(key, out CollectionDef? collection) ? collection : new CollectionDef();
            }
        }

        return meta;
    }

    // What is known of the session, as far as it speaks of what is in a graph.
    private SessionRecord RecordWithin(GraphDef graph)
    {
        HashSet<string> nodes = new(graph.Node.Select(node => node.Name), StringComparer.Ordinal);
        return Record(BindingFilter.Where(Binding, name => nodes.Contains(Graph.ParseTensorName(name).Operation)));
    }

    private static void NoteValues(GraphDef graph, List<string> notes, List<string> warnings)
    {
        int variables = graph.Node.Count(node => node.Op is "Variable" or "VariableV2" or "VarHandleOp");
        if (variables > 0)
        {
            warnings.Add($"The file does not hold the values of the graph's {variables} variables. Save a checkpoint for these, or export the graph frozen or as a SavedModel.");
        }

        IReadOnlyList<(string Name, long Bytes)> large = MetaGraphExporter.LargeConstants(graph);
        if (large.Count > 0)
        {
            notes.Add($"The graph has {large.Count} large constants, {large.Sum(constant => constant.Bytes):n0} bytes together, which go along in the file: {string.Join(", ", large.Take(3).Select(constant => $"'{constant.Name}'"))}{(large.Count > 3 ? ", …" : "")}.");
        }
    }
}
