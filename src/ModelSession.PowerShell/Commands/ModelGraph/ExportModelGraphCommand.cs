using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Writes a session's graph for others: frozen or plain, as a MetaGraph, or as a SavedModel with its values.</summary>
[Cmdlet(VerbsData.Export, "ModelGraph", SupportsShouldProcess = true)]
[OutputType(typeof(ExportResult))]
public sealed class ExportModelGraphCommand : SessionCommand
{
    /// <summary>The file, or the folder of a SavedModel.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file (.pb, .pbtxt, .meta), or the folder of a SavedModel.")]
    [Alias("LiteralPath")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The form; by default what the extension tells: <c>.pb</c>, <c>.pbtxt</c>, <c>.meta</c>, a SavedModel without one.</summary>
    [Parameter(HelpMessage = "Pb, Pbtxt, Meta or SavedModel; by default what the extension tells, a SavedModel without one.")]
    public GraphFormat? Format { get; set; }

    /// <summary>Makes variables constants, so that the graph needs no checkpoint.</summary>
    [Parameter(HelpMessage = "Make variables constants, so that the graph needs no checkpoint.")]
    public SwitchParameter Frozen { get; set; }

    /// <summary>What is wanted of the graph, roles or names: it is cut down to what these need. The whole graph by default; of a frozen one,
    /// outputs are guessed.</summary>
    [Parameter(HelpMessage = "Roles or names of what is wanted: the graph is cut down to what these need. Of a frozen graph they are guessed if not given.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Output { get; set; }

    /// <summary>Of a frozen graph, the variables that become constants; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Of a frozen graph, the variables that become constants; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Of a frozen graph, variables that stay variables; wildcards are allowed.</summary>
    [Parameter(HelpMessage = "Of a frozen graph, variables that stay variables; wildcards are allowed.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[]? Exclude { get; set; }

    /// <summary>Of a SavedModel, what can be run by name: signatures of Get-ModelSignature, or tables. By default those of the session.</summary>
    [Parameter(HelpMessage = "Of a SavedModel, what can be run by name, such as @{ serving_default = @{ inputs = @{ x = 'x:0' }; outputs = @{ y = 'y:0' } } }.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SignatureNameCompleter))]
    public object[]? Signature { get; set; }

    /// <summary>Of a SavedModel, its tags; <c>serve</c> by default.</summary>
    [Parameter(HelpMessage = "Of a SavedModel, its tags; serve by default.")]
    [ValidateNotNull]
    public string[] Tag { get; set; } = ["serve"];

    /// <summary>Of a .meta, the scope that is exported.</summary>
    [Parameter(HelpMessage = "Of a .meta, the scope that is exported.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ScopeCompleter))]
    public string Scope { get; set; } = "";

    /// <summary>Writes a .meta or a SavedModel as text.</summary>
    [Parameter(HelpMessage = "Write a .meta or a SavedModel as text.")]
    public SwitchParameter AsText { get; set; }

    /// <summary>Takes away the devices that nodes ask for.</summary>
    [Parameter(HelpMessage = "Take away the devices that nodes ask for.")]
    public SwitchParameter ClearDevices { get; set; }

    /// <summary>Of a .meta or a SavedModel, leaves out attributes that have their default, so that an older TensorFlow reads it.</summary>
    [Parameter(HelpMessage = "Of a .meta or a SavedModel, leave out attributes that have their default, so that an older TensorFlow reads it.")]
    public SwitchParameter StripDefaultAttribute { get; set; }

    /// <summary>Takes the place of another SavedModel in that folder.</summary>
    [Parameter(HelpMessage = "Take the place of another SavedModel in that folder.")]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits what was exported: path, form, outputs, variables that became constants.</summary>
    [Parameter(HelpMessage = "Emit what was exported: path, form, outputs, variables that became constants.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Model";

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        string path = ResolvePath(Path);
        GraphFormat format = Format ?? ModelSession.FormatOf(path);
        Check(format);
        if (!ShouldProcess(path, $"Export {session} as {(Frozen ? "a frozen " : "")}{format}"))
        {
            return;
        }

        using WorkBar bar = new(this, $"Exporting {session.Name}");
        ExportResult result = session.Export(path, Options(session, format) with { Progress = bar.Report }, CancelToken);
        WriteVerbose($"{session}: written as {result.Format}: '{result.Path}'{(result.Frozen.Count > 0 ? $", {result.Frozen.Count:n0} variables frozen" : "")}.");
        this.Announce(result);

        if (PassThru)
        {
            WriteObject(result);
        }
    }

    // What is given has an effect.
    private void Check(GraphFormat format)
    {
        bool isMessage = format is GraphFormat.Meta or GraphFormat.SavedModel;
        (string Name, bool Fits, string Needs)[] rules =
        [
            (nameof(AsText), isMessage, "a .meta or a SavedModel; the form Pbtxt is text"),
            (nameof(Exclude), Frozen, "-Frozen"),
            (nameof(Force), format == GraphFormat.SavedModel, "a SavedModel; files are written over"),
            (nameof(Include), Frozen, "-Frozen"),
            (nameof(Scope), format == GraphFormat.Meta, "a .meta"),
            (nameof(Signature), format == GraphFormat.SavedModel, "a SavedModel"),
            (nameof(StripDefaultAttribute), isMessage, "a .meta or a SavedModel"),
            (nameof(Tag), format == GraphFormat.SavedModel, "a SavedModel"),
        ];
        foreach ((string name, bool fits, string needs) in rules)
        {
            if (!fits && MyInvocation.BoundParameters.ContainsKey(name))
            {
                throw new ArgumentException($"-{name} is for {needs}; what is exported is {format}{(Frozen ? ", frozen" : "")}.");
            }
        }
    }

    private ExportOptions Options(ModelSession session, GraphFormat format) => new()
    {
        Format = format,
        Frozen = Frozen,
        Outputs = Output,
        Include = Include is null ? null : Names.Expand(Include, session),
        Exclude = Exclude is null ? null : Names.Expand(Exclude, session),
        Signatures = Signature is null ? null : [.. Signature.SelectMany(signature => Signatures(session, signature))],
        Tags = Tag,
        AsText = AsText,
        Scope = Scope,
        ClearDevices = ClearDevices,
        StripDefaultAttributes = StripDefaultAttribute,
        Overwrite = Force,
    };

    private static IEnumerable<SignatureInfo> Signatures(ModelSession session, object given) => Tables.Plain(given) switch
    {
        SignatureInfo signature => [signature],
        IDictionary table => Tables.Entries(table).Select(entry =>
        {
            if (entry.Value is null || BindingObjects.Plain(entry.Value) is not IDictionary)
            {
                throw NoSignature(entry.Key);
            }

            IReadOnlyDictionary<string, string> parts = new Binding(new Hashtable { ["signature"] = BindingObjects.OfTable(entry.Value!) }).Names;
            Dictionary<string, string> inputs = Below(session, parts, "signature.inputs."), outputs = Below(session, parts, "signature.outputs.");
            return inputs.Count + outputs.Count == parts.Count && outputs.Count > 0
                ? SignatureInfo.Of(session.Graph, entry.Key.ToString()!, inputs, outputs)
                : throw NoSignature(entry.Key);
        }),
        var other => throw NoSignature(other),
    };

    private static ArgumentException NoSignature(object? given) =>
        new($"'{given}' is no signature. Give one of Get-ModelSignature, or @{{ name = @{{ inputs = @{{ x = 'x:0' }}; outputs = @{{ y = 'y:0' }} }} }}.");

    // By name or role, as everywhere.
    private static Dictionary<string, string> Below(ModelSession session, IReadOnlyDictionary<string, string> parts, string start) => parts
        .Where(part => part.Key.StartsWith(start, StringComparison.OrdinalIgnoreCase)).ToDictionary(part => part.Key[start.Length..], part => session.Tensor(part.Value).Name, StringComparer.Ordinal);
}
