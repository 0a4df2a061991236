using System.Collections.Specialized;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Writes down which tensors an object's fields hold, by name: as a table, in a JSON file, or with a session's graph.</summary>
[Cmdlet(VerbsData.Export, "ModelBinding", DefaultParameterSetName = "Table", SupportsShouldProcess = true)]
[OutputType(typeof(OrderedDictionary))]
public sealed class ExportModelBindingCommand : ModelCmdlet
{
    private bool _written;

    /// <summary>An object whose fields hold tensors, operations, lists or tables of these, or further such objects: of a class, a
    /// PSCustomObject, a hash table. Of a session, its own binding is taken.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "An object whose fields hold tensors or operations, a table of them, or a session.")]
    [ValidateNotNull]
    public PSObject InputObject { get; set; } = new();

    /// <summary>The fields to be bound; all that hold tensors or operations by default.</summary>
    [Parameter(HelpMessage = "The fields to be bound; all that hold tensors or operations by default.")]
    [ValidateNotNullOrEmpty]
    public string[] Property { get; set; } = [];

    /// <summary>A JSON file to be written.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "File", HelpMessage = "The JSON file to be written.")]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>A session with whose graph the binding is stored, so that it goes along in checkpoints.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Session", HelpMessage = "The session with whose graph the binding is stored.")]
    [ValidateNotNull]
    [LiveSession]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public ModelSession? Session { get; set; }

    /// <summary>The name under which it is stored with the graph.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Session", HelpMessage = "The name under which it is stored with the graph.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BindingNameCompleter))]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    private protected override string Subject => "Binding";

    /// <inheritdoc/>
    private protected override void Process() => Guard(InputObject, () =>
    {
        Session?.ThrowIfDisposed();
        Binding binding = BindingObjects.Read(InputObject, Property);
        if (binding.Keys.Count == 0)
        {
            throw new ArgumentException($"'{InputObject}' has no field that holds a tensor or an operation; there is nothing to be bound.");
        }

        switch (ParameterSetName)
        {
            case "File":
                WriteTo(ResolvePath(Path), binding);
                break;
            case "Session":
                if (ShouldProcess(Session!.ToString(), $"Store the binding '{Name}'"))
                {
                    Session.Graph.Bindings.Set(Name, binding);
                }

                break;
            default:
                WriteObject(BindingObjects.ToTable(binding.ToDictionary()));
                break;
        }
    });

    private void WriteTo(string path, Binding binding)
    {
        if (_written)
        {
            throw new ArgumentException($"'{path}' holds the binding of the object before. A file takes one; give each its own.");
        }

        _written = true;
        if (ShouldProcess(path, "Write binding"))
        {
            binding.WriteFile(path);
        }
    }
}
