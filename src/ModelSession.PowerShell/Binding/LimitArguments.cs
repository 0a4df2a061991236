using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Limits of metrics, and results with all metrics as properties.</summary>
internal static class LimitArguments
{
    /// <summary>The limits that two tables say.</summary>
    /// <exception cref="ArgumentException">A value is no number.</exception>
    public static MetricLimits Of(IDictionary minimum, IDictionary maximum) => new(Numbers(minimum), Numbers(maximum));

    /// <summary>A result with a property for each metric that it has no property for, and, where there are limits, what it misses.</summary>
    public static PSObject WithMetrics(EvaluationResult result, MissedLimit[]? missed)
    {
        PSObject wrapped = new(result);
        bool more = false;
        foreach ((string name, double value) in result.Metrics)
        {
            if (wrapped.Properties[name] is null)
            {
                wrapped.Properties.Add(new PSNoteProperty(name, value));
                more = true;
            }
        }

        if (missed is not null)
        {
            wrapped.Properties.Add(new PSNoteProperty("Passed", missed.Length == 0));
            wrapped.Properties.Add(new PSNoteProperty("Missed", missed));
        }

        string? view = missed is not null ? "Limits" : more ? "Metrics" : null;
        if (view is not null)
        {
            wrapped.TypeNames.Insert(0, $"{typeof(EvaluationResult).FullName}#{view}");
        }

        return wrapped;
    }

    /// <summary>What was found out about a checkpoint with a property for each metric of its model, too.</summary>
    public static PSObject WithMetrics(CheckpointTest test)
    {
        PSObject wrapped = new(test);
        if (test.Evaluation is { } result)
        {
            IEnumerable<(string Name, double? Value)> numbers = [(nameof(result.Accuracy), result.Accuracy), (nameof(result.Loss), result.Loss), .. result.Metrics.Select(metric => (metric.Key, (double?)metric.Value))];
            foreach ((string name, double? value) in numbers.Where(number => number.Value is not null && wrapped.Properties[number.Name] is null))
            {
                wrapped.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        wrapped.TypeNames.Insert(0, $"{typeof(CheckpointTest).FullName}#Model");
        return wrapped;
    }

    private static Dictionary<string, double> Numbers(IDictionary table) => Tables.ByName(
        Tables.Entries(table),
        entry => entry.Value is not null && LanguagePrimitives.TryConvertTo(entry.Value, CultureInfo.InvariantCulture, out double number) && !double.IsNaN(number)
            ? number
            : throw new ArgumentException($"The limit of '{entry.Key}' is '{entry.Value}', which is no number. Limits are tables such as @{{ Accuracy = 0.97 }}."),
        StringComparer.OrdinalIgnoreCase);
}
