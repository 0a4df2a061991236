using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Keeps values with a session's graph, by key: they go along in checkpoints and MetaGraphs, and Python finds them.</summary>
[Cmdlet(VerbsCommon.Set, "GraphCollection", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(ModelSession))]
public sealed class SetGraphCollectionCommand : SessionCommand
{
    /// <summary>The key.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The key of the collection.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CollectionNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Texts, numbers, truth values, lists and tables of these; or tensors and operations of the graph. None removes the collection.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "Texts, numbers, truth values, lists and tables of these, or tensors and operations of the graph. None (@()) removes the collection.")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object?[]? Value { get; set; }

    /// <summary>Adds the values behind those that are there, in place of putting them in their place.</summary>
    [Parameter(HelpMessage = "Add the values behind those that are there.")]
    public SwitchParameter Append { get; set; }

    /// <summary>Passes the session on.</summary>
    [Parameter(HelpMessage = "Pass the session on.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        if (Name.StartsWith(GetGraphCollectionCommand.Reserved, StringComparison.Ordinal))
        {
            throw new ArgumentException($"Keys that begin with '{GetGraphCollectionCommand.Reserved}' are this module's own. For bindings there is Export-ModelBinding -Session -Name.");
        }

        object?[] values = [.. (Value ?? [null]).Select(value => value is null ? null : BindingObjects.Plain(value))];
        if (ShouldProcess(session.ToString(), Append ? $"Add to the collection '{Name}'" : $"Set the collection '{Name}'"))
        {
            if (Append)
            {
                foreach (object? value in values)
                {
                    session.Graph.Collections.AddValue(Name, value);
                }
            }
            else
            {
                session.Graph.Collections.SetValues(Name, values);
            }
        }

        if (PassThru)
        {
            WriteObject(session);
        }
    }
}
