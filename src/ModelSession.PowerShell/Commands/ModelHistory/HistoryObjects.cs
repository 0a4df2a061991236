using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Reflection;

namespace ModelSessions.PowerShell;

/// <summary>A history as objects for people: names in place of numbers, and nothing deeper than <c>ConvertTo-Json -Depth 3</c> goes.</summary>
internal static class HistoryObjects
{
    private const string RunType = "ModelSessions.TrainingRun", PointType = "ModelSessions.HistoryPoint";

    /// <summary>A call with all that is known of it.</summary>
    public static PSObject Of(TrainingRun run)
    {
        PSObject shown = new();
        shown.TypeNames.Insert(0, RunType);
        foreach (PropertyInfo property in typeof(TrainingRun).GetProperties())
        {
            shown.Properties.Add(new PSNoteProperty(property.Name, property.Name switch
            {
                nameof(TrainingRun.StopReason) => run.StopReason?.ToString(),
                nameof(TrainingRun.Points) => new PointList([.. run.Rows().Select(row => Of(row.Skip(1)))]),
                _ => property.GetValue(run),
            }));
        }

        return shown;
    }

    /// <summary>A row of losses and metrics.</summary>
    public static PSObject Of(IEnumerable<KeyValuePair<string, object?>> row)
    {
        PSObject shown = new();
        shown.TypeNames.Insert(0, PointType);
        foreach ((string name, object? value) in row)
        {
            shown.Properties.Add(new PSNoteProperty(name, value));
        }

        return shown;
    }

    /// <summary>Has something to say where it stands in a single cell, as in a CSV file.</summary>
    private sealed class PointList(IList<PSObject> points) : ReadOnlyCollection<PSObject>(points)
    {
        public override string ToString() => $"{Count} points";
    }
}
