using System.Collections;
using System.Management.Automation;
using ModelSessions.Files;

namespace ModelSessions.PowerShell;

/// <summary>Brings a graph of a file into a session, beside what it has, or into a new one.</summary>
[Cmdlet(VerbsData.Import, "ModelGraph", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelSession), typeof(GraphTensor), typeof(GraphOperation))]
public sealed class ImportModelGraphCommand : ModelCmdlet
{
    private const string PathHelp = "A graph (.pb, .pbtxt), frozen or not, or a .meta file.";

    /// <summary>Graphs (<c>.pb</c>, <c>.pbtxt</c>), frozen or not, or <c>.meta</c> files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", HelpMessage = PathHelp)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "PathIntoSession", HelpMessage = PathHelp)]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = PathHelp)]
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPathIntoSession", ValueFromPipelineByPropertyName = true, HelpMessage = PathHelp)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The session whose graph grows; a new one by default.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "PathIntoSession", ValueFromPipeline = true, HelpMessage = "The session whose graph grows.")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "LiteralPathIntoSession", ValueFromPipeline = true, HelpMessage = "The session whose graph grows.")]
    [ValidateNotNull]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession? Session { get; set; }

    /// <summary>The scope of what is imported; in a session that has such a scope it gets a suffix. By default none, and names that are in use
    /// get a suffix one by one.</summary>
    [Parameter(HelpMessage = "The scope of what is imported; one that is in use gets a suffix.")]
    [Alias("Scope")]
    [ValidateNotNullOrEmpty]
    public string Prefix { get; set; } = "";

    /// <summary>Tensors of the session in place of some of the file's: <c>@{ 'x:0' = $s.Tensor('images') }</c>, or their names.</summary>
    [Parameter(HelpMessage = "Tensors of the session, or their names, in place of some of the file's, such as @{ 'x:0' = 'images:0' }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(InputMapCompleter))]
    public IDictionary InputMap { get; set; } = new Hashtable();

    /// <summary>Ends gradients where the session's tensors enter what is imported.</summary>
    [Parameter(HelpMessage = "End gradients where the session's tensors enter what is imported.")]
    public SwitchParameter StopGradient { get; set; }

    /// <summary>What is emitted of the file, by its names there: tensors by <c>name:0</c>, operations by <c>name</c>. The session by default.</summary>
    [Parameter(HelpMessage = "What is emitted in place of the session, by its names in the file: tensors by name:0, operations by name.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(OperationNameCompleter))]
    public string[] ReturnElement { get; set; } = [];

    /// <summary>Leaves the devices that nodes ask for, which are mostly those of another machine.</summary>
    [Parameter(HelpMessage = "Leave the devices that nodes ask for, which are mostly those of another machine.")]
    public SwitchParameter KeepDevices { get; set; }

    /// <summary>Passes over stored shapes of outputs that contradict the graph, with a warning. Else they are an error, as in TensorFlow.</summary>
    [Parameter(HelpMessage = "Pass over stored shapes of outputs that contradict the graph, with a warning. Else they are an error, as in TensorFlow.")]
    public SwitchParameter IgnoreShapeConflict { get; set; }

    /// <summary>The engine that runs a new session; by default the first that can.</summary>
    [Parameter(ParameterSetName = "Path", HelpMessage = "The engine that runs a new session; by default the first that can.")]
    [Parameter(ParameterSetName = "LiteralPath", HelpMessage = "The engine that runs a new session; by default the first that can.")]
    [ValidateEngine]
    [ArgumentCompleter(typeof(EngineCompleter))]
    public string? Engine { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Model";

    /// <inheritdoc/>
    private protected override void Process() => ForEachPath(Path, LiteralPath, path =>
    {
        if (Session is null)
        {
            CheckAlone();
            ModelSession opened = ModelSession.Restore(path, new SessionOptions
            {
                Engines = Engines.All,
                EngineName = Engine,
                Scope = Prefix.TrimEnd('/'),
                KeepDevices = KeepDevices,
                IgnoreShapeConflicts = IgnoreShapeConflict,
            }, CancelToken);
            this.Announce(opened);
            WriteObject(opened);
            return;
        }

        Session.ThrowIfDisposed();
        (GraphImportResult imported, IReadOnlyList<string> warnings) = Import(Session, path);
        foreach (string warning in warnings)
        {
            WriteWarning(warning);
        }

        WriteVerbose($"{Session}: {imported.Operations.Count:n0} operations of '{path}' are in {(imported.Prefix.Length > 0 ? $"the scope '{imported.Prefix}'" : "no scope")}.");
        if (ReturnElement.Length > 0)
        {
            WriteObject(imported.Returned, enumerateCollection: true);
        }
        else
        {
            WriteObject(Session);
        }
    });

    // What is given has an effect.
    private void CheckAlone()
    {
        string[] given = [.. ((string[])[nameof(InputMap), nameof(ReturnElement), nameof(StopGradient)]).Where(MyInvocation.BoundParameters.ContainsKey).Select(name => $"-{name}")];
        if (given.Length > 0)
        {
            throw new ArgumentException($"{string.Join(" and ", given)} is for a graph that is imported into a session. Give the session by -Session or the pipeline.");
        }
    }

    private (GraphImportResult Nodes, IReadOnlyList<string> Warnings) Import(ModelSession session, string path)
    {
        ModelSource source = ModelSource.Of(path);
        switch (source.Kind)
        {
            case ModelSourceKind.Graph:
                GraphImportResult nodes = GraphImporter.Import(session.Graph, GraphFile.Read(path), new GraphImportOptions
                {
                    Prefix = Prefix,
                    InputMap = Inputs(session),
                    ReturnElements = ReturnElement,
                    ClearDevices = !KeepDevices,
                    IgnoreShapeConflicts = IgnoreShapeConflict,
                });
                return (nodes, nodes.Warnings);
            case ModelSourceKind.SavedModel:
                throw new UnsupportedFeatureException(
                    $"'{path}' is a SavedModel, which opens as a session of its own. Open it by Restore-ModelSession, and import what Export-ModelGraph -Frozen makes of it.", "SavedModel");
            case ModelSourceKind.Checkpoint when !path.EndsWith(".meta", StringComparison.Ordinal):
                throw new ArgumentException(
                    $"'{CheckpointFolder.Resolve(path).Prefix}' is a checkpoint. Import the .meta file that was saved with it, then take its values by Restore-ModelCheckpoint.");
            default:
                MetaGraphImportResult meta = session.ImportMetaGraph(path, new MetaGraphImportOptions
                {
                    Scope = Prefix.TrimEnd('/'),
                    InputMap = Inputs(session),
                    ReturnElements = ReturnElement,
                    KeepDevices = KeepDevices,
                    IgnoreShapeConflicts = IgnoreShapeConflict,
                });
                return (meta.Nodes, meta.Warnings);
        }
    }

    private Dictionary<string, GraphTensor> Inputs(ModelSession session) => Tables.ByName(
        Tables.Entries(InputMap),
        entry =>
        {
            GraphTensor tensor = Tables.Plain(entry.Value) switch
            {
                GraphTensor given => given,
                string name => session.Tensor(name),
                var other => throw new ArgumentException($"'{entry.Key}' cannot be replaced by '{other}'; give a tensor of the session, or its name."),
            };
            return StopGradient ? session.Graph.Builder.Add("StopGradient", tensor) : tensor;
        },
        StringComparer.Ordinal);
}
