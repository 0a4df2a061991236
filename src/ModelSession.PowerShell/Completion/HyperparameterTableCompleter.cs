using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSessions.Models;

namespace ModelSessions.PowerShell;

/// <summary>Completes a table of hyperparameters with their values: of the session at hand, or of the ready-made definition that is named.</summary>
public sealed class HyperparameterTableCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        IEnumerable<IReadOnlyList<Hyperparameter>> known = fakeBoundParameters["Definition"] is string definition
            ? [KnownModels.Create(definition).Hyperparameters]
            : SessionsAtHand.Find(commandAst, fakeBoundParameters).Select(session => session.Hyperparameters);
        return known.Where(hyperparameters => hyperparameters.Count > 0)
            .Select(hyperparameters =>
                $"@{{ {string.Join("; ", hyperparameters.Select(parameter => $"{parameter.Name} = {parameter.Training}"))} }}")
            .Distinct(StringComparer.Ordinal)
            .Select(table => new CompletionResult(table, table, CompletionResultType.ParameterValue, "hyperparameters and their values"));
    }
}
