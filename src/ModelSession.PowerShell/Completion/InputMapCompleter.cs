using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of what takes the place of a graph's placeholders when it is imported: the session's tensors are written by the user.</summary>
public sealed class InputMapCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<GraphNode> nodes = FilesAtHand.Graphs(commandAst, fakeBoundParameters).Any() ? GraphAtHand.Nodes(commandAst, fakeBoundParameters) : [];
        return TableText.Complete(
            [.. nodes.Where(node => node.Type is "Placeholder" or "PlaceholderV2" or "PlaceholderWithDefault").Select(node => ($"{node.Name}:0", (string?)"''"))],
            name => $"a tensor of the session in place of {name}");
    }
}
