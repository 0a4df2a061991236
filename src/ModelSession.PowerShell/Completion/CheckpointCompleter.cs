using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes folders and, in place of a checkpoint's files, its prefix.</summary>
public sealed class CheckpointCompleter : Completer
{
    // Of so many the ages and sizes are told; it takes a look at each.
    private const int MostTold = 100;

    /// <summary>Folders and prefixes that a path may go on to.</summary>
    internal static IEnumerable<CompletionResult> Prefixes(string word)
    {
        int told = 0;
        foreach (CompletionResult result in CompletionCompleters.CompleteFilename(word))
        {
            if (result.ResultType == CompletionResultType.ProviderContainer)
            {
                yield return result;
            }
            else if (Prefix(result.CompletionText) is { } prefix)
            {
                string name = Prefix(result.ListItemText) ?? prefix;
                yield return new CompletionResult(prefix, name, CompletionResultType.ParameterValue, (told++ < MostTold ? Tip(result.ToolTip) : null) ?? $"checkpoint {name}");
            }
        }
    }

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => Prefixes(wordToComplete);

    // Each checkpoint has one index, and none exists without. A quoted path keeps its quotes.
    private static string? Prefix(string path)
    {
        const string index = ".index";
        string quote = path.Length > 1 && path[0] is '\'' or '"' ? path[..1] : "";
        string end = index + quote;
        return path.EndsWith(end, StringComparison.Ordinal) ? path[..^end.Length] + quote : null;
    }

    private static string? Tip(string index) => Prefix(index) is { } prefix && FilesAtHand.Try(() => CheckpointFolder.Resolve(prefix)) is { } found
        ? $"{found.Name}: {(found.Iteration is { } iteration ? $"iteration {Readable.Count(iteration)}, " : "")}{Readable.Age(found.Time)} old, {Readable.Size(found.ByteLength)}{(found.HasGraph ? "" : ", without a graph")}"
        : null;
}
