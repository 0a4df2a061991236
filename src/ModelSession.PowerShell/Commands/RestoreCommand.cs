using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>The base of cmdlets that take values of checkpoints: which of them, and into which variables.</summary>
public abstract class RestoreCommand : ModelCmdlet
{
    /// <summary>Variables that are restored; wildcards are allowed. All by default.</summary>
    [Parameter(HelpMessage = "Variables that are restored; wildcards are allowed. All by default.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Variables that are not restored; wildcards are allowed.</summary>
    [Parameter(HelpMessage = "Variables that are not restored; wildcards are allowed.")]
    [ValidateNotNull]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Variables by other names in the checkpoint: <c>@{ 'dense_1/kernel' = 'dense/kernel'; 'old/*' = 'new/*' }</c>.</summary>
    [Parameter(HelpMessage = "Variables by other names in the checkpoint, such as @{ 'dense_1/kernel' = 'dense/kernel'; 'old/*' = 'new/*' }.")]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(MapCompleter))]
    public IDictionary? Map { get; set; }

    /// <summary>Takes moving averages, where the checkpoint has them, in place of the last values.</summary>
    [Parameter(HelpMessage = "Take moving averages, where the checkpoint has them, in place of the last values.")]
    public SwitchParameter MovingAverage { get; set; }

    /// <summary>Takes values of another shape that have as many elements.</summary>
    [Parameter(HelpMessage = "Take values of another shape that have as many elements.")]
    public SwitchParameter Reshape { get; set; }

    /// <summary>Restores what there is; variables without a fitting value keep theirs, or get their initial one. Else these are an error.</summary>
    [Parameter(HelpMessage = "Restore what there is; variables without a fitting value keep theirs, or get their initial one.")]
    public SwitchParameter Partial { get; set; }

    /// <summary>What the parameters say.</summary>
    /// <param name="scope">The scope whose variables are meant, which the checkpoint knows without it; null for all.</param>
    private protected RestoreOptions Options(string? scope)
    {
        Dictionary<string, string>? map = Map is null ? null : Tables.ToNames(Map);
        if (scope?.TrimEnd('/') is { Length: > 0 } inside)
        {
            map = map?.ToDictionary(pair => pair.Key, pair => $"{inside}/{pair.Value}", StringComparer.Ordinal) ?? new() { ["*"] = $"{inside}/*" };
            return All(Include?.Select(name => $"{inside}/{name}") ?? [$"{inside}/*"], Exclude.Select(name => $"{inside}/{name}"), map);
        }

        return All(Include, Exclude, map);
    }

    private RestoreOptions All(IEnumerable<string>? include, IEnumerable<string> exclude, IReadOnlyDictionary<string, string>? map) => new()
    {
        Include = include?.ToArray(),
        Exclude = [.. exclude],
        Map = map,
        MovingAverage = MovingAverage,
        Reshape = Reshape,
        Partial = Partial,
    };
}
