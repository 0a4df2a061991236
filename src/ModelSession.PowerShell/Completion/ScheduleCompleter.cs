using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes schedules of a hyperparameter: the forms that New-ModelSchedule makes.</summary>
public sealed class ScheduleCompleter : Completer
{
    private static readonly string[] s_forms =
    [
        "New-ModelSchedule -Cosine 0.001 -DecaySteps 1000",
        "New-ModelSchedule -Cyclic -Minimum 0.0001 -Maximum 0.001 -StepSize 500",
        "New-ModelSchedule -Exponential 0.001 -DecaySteps 1000 -DecayRate 0.9",
        "New-ModelSchedule -InverseTime 0.001 -DecaySteps 1000 -DecayRate 0.9",
        "New-ModelSchedule -Piecewise -Boundaries 1000, 2000 -Values 0.001, 0.0005, 0.0001",
        "New-ModelSchedule -Plateau 0.001",
        "New-ModelSchedule -Polynomial 0.001 -DecaySteps 1000",
        "New-ModelSchedule -Step 0.001 -Every 1000",
    ];

    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        return s_forms.Where(form => form.Contains(wordToComplete.Trim('\'', '"', '('), StringComparison.OrdinalIgnoreCase))
            .Select(form => new CompletionResult($"({form})", form, CompletionResultType.ParameterValue, form));
    }
}
