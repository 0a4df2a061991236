using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes folders and, in place of a checkpoint's files, its prefix.</summary>
public sealed class CheckpointCompleter : Completer
{
    /// <summary>Folders and prefixes that a path may go on to.</summary>
    internal static IEnumerable<CompletionResult> Prefixes(string word) => FolderAtHand.Of(word).SelectMany(folder => folder.Folders().Concat(folder.Checkpoints()));

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => Prefixes(wordToComplete);
}
