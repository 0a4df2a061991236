using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that say whether models are good enough.</summary>
public abstract class LimitCommand : ModelCmdlet
{
    /// <summary>What the model must at least reach, by metric: <c>@{ Accuracy = 0.97 }</c>.</summary>
    [Parameter(HelpMessage = "What the model must at least reach, by metric, such as @{ Accuracy = 0.97 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(LimitTableCompleter))]
    public IDictionary Minimum { get; set; } = new Hashtable();

    /// <summary>What it must not go above, by metric: <c>@{ Loss = 0.1 }</c>.</summary>
    [Parameter(HelpMessage = "What the model must not go above, by metric, such as @{ Loss = 0.1 }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(LimitTableCompleter))]
    public IDictionary Maximum { get; set; } = new Hashtable();

    /// <summary>The limits that both say.</summary>
    private protected MetricLimits Limits() => LimitArguments.Of(Minimum, Maximum);
}
