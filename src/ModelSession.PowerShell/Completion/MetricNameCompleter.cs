using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of metrics: the loss, and those of the session that the command is given, or of all live sessions.</summary>
public sealed class MetricNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => SessionsAtHand.Complete(
        wordToComplete,
        SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Binding.NamesOf(Roles.Metrics).Keys).Append(Roles.Loss),
        name => $"metric {name}");
}
