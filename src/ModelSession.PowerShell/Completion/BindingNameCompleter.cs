using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of bindings that are stored with the graph of the session that the command is given.</summary>
public sealed class BindingNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete, SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Graph.Bindings.Names), name => $"binding {name}");
}
