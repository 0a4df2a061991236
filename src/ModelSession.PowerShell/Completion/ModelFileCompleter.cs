using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes what opens as a session: folders, prefixes of checkpoints, files with graphs.</summary>
public sealed class ModelFileCompleter : Completer
{
    private static readonly string[] s_extensions = [".meta", ".pb", ".pbtxt"];

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        FolderAtHand.Of(wordToComplete).SelectMany(folder => folder.Folders().Concat(folder.Models(s_extensions)));
}
