using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes folders and, in place of a checkpoint's files, its prefix.</summary>
public sealed class CheckpointCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        foreach (CompletionResult result in CompletionCompleters.CompleteFilename(wordToComplete))
        {
            if (result.ResultType == CompletionResultType.ProviderContainer)
            {
                yield return result;
            }
            else if (Prefix(result.CompletionText) is { } prefix)
            {
                yield return new CompletionResult(prefix, Prefix(result.ListItemText) ?? prefix, CompletionResultType.ParameterValue, "checkpoint " + prefix);
            }
        }
    }

    // Each checkpoint has one index, and none exists without. A quoted path keeps its quotes.
    private static string? Prefix(string path)
    {
        const string index = ".index";
        string quote = path.Length > 1 && path[0] is '\'' or '"' ? path[..1] : "";
        string end = index + quote;
        return path.EndsWith(end, StringComparison.Ordinal) ? path[..^end.Length] + quote : null;
    }
}
