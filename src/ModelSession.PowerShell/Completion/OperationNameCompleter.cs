using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of operations of the file or the session that the command is given, or else of all live ones.</summary>
public sealed class OperationNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete,
            GraphAtHand.Nodes(commandAst, fakeBoundParameters).Select(node => node.Name),
            name => $"operation {name}");
}
