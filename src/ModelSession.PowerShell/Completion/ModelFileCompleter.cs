using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes what opens as a session: folders, prefixes of checkpoints, files with graphs.</summary>
public sealed class ModelFileCompleter : Completer
{
    private static readonly string[] s_extensions = [".meta", ".pb", ".pbtxt"];

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        CompletionResult[] checkpoints = [.. CheckpointCompleter.Prefixes(wordToComplete)];
        // A graph beside its checkpoint is a part of that.
        HashSet<string> known = new(checkpoints.Select(checkpoint => $"{checkpoint.ListItemText}.meta"), StringComparer.Ordinal);
        return checkpoints.Concat(CompletionCompleters.CompleteFilename(wordToComplete).Where(file =>
            file.ResultType != CompletionResultType.ProviderContainer && s_extensions.Contains(Path.GetExtension(file.ListItemText), StringComparer.OrdinalIgnoreCase) && !known.Contains(file.ListItemText)));
    }
}
