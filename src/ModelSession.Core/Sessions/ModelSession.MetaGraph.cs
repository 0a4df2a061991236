using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Writes the graph without the values of its variables: from it a session starts by the graph's own initialisers.</summary>
    /// <param name="path">The file: text if its name ends in <c>.pbtxt</c> or <c>.txt</c>, unless <paramref name="asText"/> says otherwise.</param>
    /// <param name="options">Scope, devices and so on; the session's own saver goes along unless they omit it.</param>
    /// <param name="asText">Text or binary, whatever the file's name; null for the name's form.</param>
    /// <param name="cancel">Stops waiting for another writer in the folder.</param>
    /// <returns>Warnings: large constants, in which weights may lie after all.</returns>
    /// <exception cref="ModelFileException">The file cannot be written.</exception>
    public IReadOnlyList<string> ExportMetaGraph(string path, MetaGraphExportOptions? options = null, bool? asText = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new MetaGraphExportOptions();
        (Record(Binding) with { History = null }).WriteTo(Graph.Collections);
        MetaGraphDef definition = MetaGraphExporter.Export(Graph, options with { Saver = options.Saver ?? Saver.Definition });
        MetaGraphFile.Write(path, definition, asText ?? GraphFile.IsTextName(path), cancel);
        IReadOnlyList<(string Name, long Bytes)> large = MetaGraphExporter.LargeConstants(definition.GraphDef);
        return large.Count == 0
            ? []
            :
            [
                $"The graph was written without the values of its variables, but {large.Count} of its constants are large, {large.Sum(constant => constant.Bytes):n0} bytes together: "
                + $"{string.Join(", ", large.Take(5).Select(constant => $"'{constant.Name}' {constant.Bytes:n0}"))}{(large.Count > 5 ? ", …" : "")}. Whoever gets the file gets them, too.",
            ];
    }

    /// <summary>Adds another model's MetaGraph to this session: its variables get their first values by its own initialisers, are saved
    /// with the others from now on, and its roles are in the binding under its scope.</summary>
    /// <param name="path">The <c>.meta</c> file.</param>
    /// <param name="options">Scope, input map and so on.</param>
    /// <exception cref="ModelFileException">The file is not there or damaged, or its graph does not fit; the session is as it was.</exception>
    /// <exception cref="EngineException">An initialiser fails.</exception>
    public MetaGraphImportResult ImportMetaGraph(string path, MetaGraphImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (Record(Binding) with { History = null }).WriteTo(Graph.Collections);
        int before = Graph.Count;
        MetaGraphImportResult imported = MetaGraphFile.Import(path, options, Graph);
        Binding joined = SessionRecord.Of(Graph).Binding;
        foreach (string key in joined.Keys.Except(Binding.Keys, StringComparer.Ordinal))
        {
            Binding[key] = joined[key];
        }

        string[] initializers =
        [
            .. ((string[])[CollectionKeys.Variables, CollectionKeys.LocalVariables]).SelectMany(key => Graph.Collections.Bytes(key))
                .Select(bytes => VariableDef.Parser.ParseFrom(bytes).InitializerName).Concat(Graph.Collections.Names(SavedModelKeys.TableInitializers))
                .Distinct(StringComparer.Ordinal).Where(name => Graph.Operation(name).Id >= before),
        ];
        if (initializers.Length > 0)
        {
            Run([], targets: initializers);
        }

        Saver.Extend();
        _bestSaver = null;
        return imported;
    }
}
