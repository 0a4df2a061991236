using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes op kinds that the graph at hand has.</summary>
public sealed class OperationTypeCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete,
            GraphAtHand.Nodes(commandAst, fakeBoundParameters).Select(node => node.Type).Order(StringComparer.Ordinal),
            type => $"op kind {type}");
}
