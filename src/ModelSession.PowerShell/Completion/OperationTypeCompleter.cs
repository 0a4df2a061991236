using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes op kinds that the graph at hand has.</summary>
public sealed class OperationTypeCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Complete(wordToComplete, GraphAtHand.Nodes(commandAst, fakeBoundParameters).CountBy(node => node.Type).ToDictionary(StringComparer.Ordinal));

    private static IEnumerable<CompletionResult> Complete(string word, Dictionary<string, int> counts) =>
        SessionsAtHand.Complete(word, counts.Keys.Order(StringComparer.Ordinal), type => $"{type}: {counts[type]:n0} {(counts[type] == 1 ? "operation" : "operations")}");
}
