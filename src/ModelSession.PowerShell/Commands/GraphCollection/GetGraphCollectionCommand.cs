using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lists what is kept beside the nodes of a session's graph, by key.</summary>
[Cmdlet(VerbsCommon.Get, "GraphCollection")]
[OutputType(typeof(GraphCollectionInfo))]
public sealed class GetGraphCollectionCommand : SessionCommand
{
    /// <summary>The beginning of the keys that this module uses for itself.</summary>
    internal const string Reserved = "model_session/";

    /// <summary>Keys of collections; wildcards are allowed. All by default.</summary>
    [Parameter(Position = 0, HelpMessage = "Keys of collections; wildcards are allowed. All by default.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CollectionNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Emits the values alone.</summary>
    [Parameter(HelpMessage = "Emit the values alone.")]
    public SwitchParameter ValueOnly { get; set; }

    /// <summary>Lists what this module keeps for itself, too.</summary>
    [Parameter(HelpMessage = "List what this module keeps for itself, too.")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        GraphCollections collections = session.Graph.Collections;
        foreach (string name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                WildcardPattern pattern = new(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
                foreach (string key in collections.Keys.Where(key => pattern.IsMatch(key) && (Force || !key.StartsWith(Reserved, StringComparison.Ordinal))))
                {
                    Guard(key, () => Write(key, collections));
                }
            }
            else
            {
                Guard(name, () => Write(name, collections));
            }
        }
    }

    private void Write(string key, GraphCollections collections)
    {
        if (!collections.Keys.Contains(key))
        {
            throw new GraphException(StatusCode.NotFound, $"The graph has no collection '{key}'.{NearestNames.Hint(key, collections.Keys)}");
        }

        IReadOnlyList<object?> values = collections.Values(key);
        if (ValueOnly)
        {
            WriteObject(values, enumerateCollection: true);
        }
        else
        {
            WriteObject(new GraphCollectionInfo(key, values));
        }
    }
}
