using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of limits by metric: the loss, and the metrics of the session that the command is given, or of all live ones.</summary>
public sealed class LimitTableCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IReadOnlyList<ModelSession> sessions = SessionsAtHand.Find(commandAst, fakeBoundParameters);
        string[] metrics = [.. sessions.SelectMany(session => session.Binding.NamesOf(Roles.Metrics).Keys).Append(Roles.Loss).Distinct()];
        return TableText.Complete([.. metrics.Select(name => (name, (string?)null))], name => $"a limit of the metric {name}");
    }
}
