using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the tags of the SavedModel that the command is given.</summary>
public sealed class TagCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(
            wordToComplete,
            FilesAtHand.Paths(commandAst, fakeBoundParameters).SelectMany(path => FilesAtHand.Try(() => SavedModelInfo.Read(path))?.Graphs ?? []).SelectMany(graph => graph.Tags),
            tag => $"tag {tag}");
}
