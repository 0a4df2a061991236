using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of datasets that come with the module.</summary>
public sealed class DatasetNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        SessionsAtHand.Complete(wordToComplete, ["Mnist"], name => $"the sample of {name} that comes with the module");
}
