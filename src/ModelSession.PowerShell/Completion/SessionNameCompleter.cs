using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of the models of live sessions.</summary>
public sealed class SessionNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete,
            ModelSession.Live.Select(LiveSessions.NameOf),
            name => string.Join("; ", LiveSessions.OfName(WildcardPattern.Escape(name)).Select(session => $"{session.Id}: {session}")));
}
