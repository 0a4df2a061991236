using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of operations of the file or the session that the command is given, or else of all live ones.</summary>
public sealed class OperationNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Complete(wordToComplete, GraphAtHand.Nodes(commandAst, fakeBoundParameters).DistinctBy(node => node.Name).ToDictionary(node => node.Name, node => node.Type, StringComparer.Ordinal));

    private static IEnumerable<CompletionResult> Complete(string word, Dictionary<string, string> types) =>
        SessionsAtHand.Complete(word, types.Keys, name => $"{name} ({types[name]})");
}
