using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Lets a parameter take a schedule as a number, a table by iteration or a script block.</summary>
internal sealed class ScheduleAttribute : ArgumentTransformationAttribute
{
    private const string Forms = "Give a number (1e-4), a table of values by iteration (@{ 0 = 1e-3; 1000 = 1e-4 }), a schedule of New-ModelSchedule, or a script block ({ 1e-3 * 0.5 * ($_ -lt 1000 ? 2 : 1) }).";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            return Convert(inputData);
        }
        catch (Exception error) when (error is PSInvalidCastException or ArgumentException)
        {
            throw new ArgumentTransformationMetadataException(error.Message, error);
        }
    }

    /// <summary>The schedule that a value means.</summary>
    /// <exception cref="ArgumentException">It means none.</exception>
    public static Schedule Convert(object? value) => Tables.Plain(value) switch
    {
        Schedule schedule => schedule,
        ScriptBlock script => Schedule.Of(iteration => Invoke(script, iteration), $"{{{script}}}"),
        IDictionary table when NameOf(table) is { } name => Schedule.Named(name, Parameters(table)),
        IDictionary table => Schedule.Table(Tables.Entries(table).Select(entry => KeyValuePair.Create(Number<long>(entry.Key), Number<double>(entry.Value)))),
        { } number => Schedule.Constant(Number<double>(number)),
        null => throw new ArgumentException($"There is no value ($null). {Forms}"),
    };

    // @{ Schedule = 'cosine'; Initial = 1e-3; DecaySteps = 1000 }: a schedule by its name.
    private static string? NameOf(IDictionary table) => Tables.Entries(table).Where(IsName).Select(entry => Tables.Plain(entry.Value)?.ToString()).FirstOrDefault();

    private static Dictionary<string, object> Parameters(IDictionary table) => Tables.ByName(
        Tables.Entries(table).Where(entry => !IsName(entry)),
        entry => Tables.Plain(entry.Value) ?? throw new ArgumentException($"'{entry.Key}' of the schedule has no value (it is $null)."),
        StringComparer.OrdinalIgnoreCase);

    private static bool IsName(DictionaryEntry entry) => "Schedule".Equals(entry.Key.ToString(), StringComparison.OrdinalIgnoreCase);

    private static double Invoke(ScriptBlock script, long iteration)
    {
        List<PSVariable> variables = [new PSVariable("_", iteration)];
        System.Collections.ObjectModel.Collection<PSObject> results;
        try
        {
            results = script.InvokeWithContext(null, variables, iteration);
        }
        catch (NullReferenceException gone)
        {
            throw ClosedRunspace.Of($"The script block {{{script}}}", gone);
        }
        catch (PipelineStoppedException stopped)
        {
            // Ctrl+C: the training ends in order, before the step.
            throw new OperationCanceledException(stopped.Message, stopped);
        }

        return results is [{ } result]
            ? Number<double>(result)
            : throw new ArgumentException($"The schedule {{{script}}} gave {results.Count} values for iteration {iteration}; it must give one number.");
    }

    private static T Number<T>(object? value) => value is not null && !Numerals.HasComma(value) && LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out T number)
        ? number
        : throw new ArgumentException(value is IList list
            ? $"'{string.Join(", ", list.Cast<object?>().Select(each => $"{each}"))}' is a list; decimals are written with a point. {Forms}"
            : $"'{value}' is no number. {Forms}");
}
