using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Finds the tensors of a binding in a session's graph and puts them into an object.</summary>
[Cmdlet(VerbsData.Import, "ModelBinding", DefaultParameterSetName = "Path")]
[OutputType(typeof(PSObject))]
public sealed class ImportModelBindingCommand : SessionCommand
{
    /// <summary>JSON files that Export-ModelBinding wrote; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", HelpMessage = "A JSON file from Export-ModelBinding.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken letter by letter.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true, HelpMessage = "A JSON file from Export-ModelBinding.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A table of names by field, from Export-ModelBinding or written by hand. It is not changed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Binding", ValueFromPipeline = true, HelpMessage = "A table of names by field, such as @{ loss = 'train/loss:0' }. It is not changed.")]
    [ValidateNotNull]
    [BindingTable]
    [ArgumentCompleter(typeof(BindingTableCompleter))]
    public Binding? Binding { get; set; }

    /// <summary>The name of a binding that is stored with the session's graph.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Name", HelpMessage = "The name of a binding that is stored with the session's graph.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BindingNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>A scope that stands before all names in the graph, as after an import into it.</summary>
    [Parameter(HelpMessage = "A scope that stands before all names in the graph, as after an import into it.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ScopeCompleter))]
    public string? Scope { get; set; }

    /// <summary>What the tensors go into: an object, whose fields are set, or a class, of which a new object is made. A new PSCustomObject
    /// by default; <c>[hashtable]</c> gives a table.</summary>
    [Parameter(HelpMessage = "An object whose fields are set, or a class such as ([Story]) of which one is made; a new PSCustomObject by default.")]
    [ValidateNotNull]
    public PSObject? Into { get; set; }

    /// <summary>Emits the object given by -Into too; new ones are emitted always.</summary>
    [Parameter(HelpMessage = "Emit the object that was given by -Into, too.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override string Subject => "Binding";

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        switch (ParameterSetName)
        {
            case "Binding":
                Bind(session, Binding!, Scope);
                break;
            case "Name":
                Bind(session, session.Graph.Bindings.Get(Name, Scope), null);
                break;
            default:
                ForEachPath(Path, LiteralPath, path => Bind(session, Binding.ReadFile(path), Scope));
                break;
        }
    }

    private void Bind(ModelSession session, Binding binding, string? scope)
    {
        object? target = Into?.BaseObject is Type type ? New(type) : Into?.BaseObject;
        switch (target)
        {
            case null or PSObject:
                WriteObject(BindingObjects.ToObject(binding.Resolve(session.Graph, scope)));
                return;
            case PSCustomObject:
                BindingObjects.Set(Into!, binding.Resolve(session.Graph, scope));
                target = Into;
                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in BindingObjects.ToTable(binding.Resolve(session.Graph, scope)))
                {
                    table[entry.Key] = entry.Value;
                }

                break;
            default:
                binding.Into(target, session.Graph, scope);
                break;
        }

        if (PassThru || Into!.BaseObject is Type)
        {
            WriteObject(target);
        }
    }

    private static object New(Type type) => type == typeof(PSObject) ? new PSObject()
        : type == typeof(Hashtable) ? new Hashtable(StringComparer.OrdinalIgnoreCase)
        : type is { IsAbstract: false } && type.GetConstructor([]) is { } make ? make.Invoke([])
        : throw new ArgumentException($"[{type}] has no constructor without parameters. Make an object of it and give that.");
}
