using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the keys of collections of the session that the command is given, or else of all live ones.</summary>
public sealed class CollectionNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete,
            SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Collections.Keys)
                .Where(key => !key.StartsWith(GetGraphCollectionCommand.Reserved, StringComparison.Ordinal)),
            name => $"collection {name}");
}
