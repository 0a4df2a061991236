using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the commands that give checkpoints as objects, for parameters that take no paths.</summary>
public sealed class CheckpointObjectCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CheckpointCompleter.Prefixes(wordToComplete).Select(found => new CompletionResult(
            $"(Get-ModelCheckpoint {found.CompletionText})", found.ListItemText, CompletionResultType.ParameterValue, found.ToolTip));
}
