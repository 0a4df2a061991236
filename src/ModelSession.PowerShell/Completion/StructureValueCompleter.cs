using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSessions.Models;

namespace ModelSessions.PowerShell;

/// <summary>Completes what a structural parameter of a ready-made definition can be: an optimizer, an activation.</summary>
public sealed class StructureValueCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => [];

    private protected override IEnumerable<CompletionResult> CompleteParameter(
        string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<string> values = fakeBoundParameters["Definition"] is string name ? KnownModels.Create(name).Choices(parameterName) : [];
        return SessionsAtHand.Complete(wordToComplete, values, value => $"{parameterName} {value}");
    }
}
