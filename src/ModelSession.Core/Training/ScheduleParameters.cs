using System.Collections;
using System.Globalization;

namespace ModelSessions.Training;

/// <summary>A schedule as a name and a table of its parameters: how scripts write it down.</summary>
internal sealed class ScheduleParameters
{
    private static readonly Dictionary<string, Func<ScheduleParameters, Schedule>> s_kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["constant"] = p => Schedule.Constant(p.Number("Value")),
        ["step"] = p => Schedule.Step(p.Number("Initial"), p.Whole("Every"), p.Number("Factor", 0.1)),
        ["exponential"] = p => Schedule.Exponential(p.Number("Initial"), p.Whole("DecaySteps"), p.Number("DecayRate"), p.Flag("Staircase")),
        ["inverseTime"] = p => Schedule.InverseTime(p.Number("Initial"), p.Whole("DecaySteps"), p.Number("DecayRate"), p.Flag("Staircase")),
        ["polynomial"] = p => Schedule.Polynomial(p.Number("Initial"), p.Whole("DecaySteps"), p.Number("End", 1e-4), p.Number("Power", 1), p.Flag("Cycle")),
        ["cosine"] = p => Schedule.Cosine(p.Number("Initial"), p.Whole("DecaySteps"), p.Number("Alpha", 0), p.Whole("WarmupSteps", 0), p.Number("WarmupStart", 0)),
        ["cyclic"] = p => Schedule.Cyclic(p.Number("Minimum"), p.Number("Maximum"), p.Whole("StepSize"), p.Choice("Mode", CycleMode.Triangular), p.Number("Gamma", 1)),
        ["piecewise"] = p => Schedule.Piecewise([.. p.Numbers("Boundaries").Select(p.Whole)], p.Numbers("Values")),
        ["plateau"] = p => Schedule.Plateau(
            p.Number("Initial"), p.Number("Factor", 0.1), (int)p.Whole("Patience", 10), p.Number("MinDelta", 1e-4), (int)p.Whole("Cooldown", 0), p.Number("Minimum", 0),
            p.Text("Metric", Roles.Loss), p.Choice("Goal", MetricGoal.Automatic)),
    };

    private readonly string _kind;
    private readonly Dictionary<string, object> _values;
    private readonly List<string> _known = [];

    private ScheduleParameters(string kind, IReadOnlyDictionary<string, object> values)
    {
        _kind = kind;
        _values = new Dictionary<string, object>(values, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The names of the kinds.</summary>
    public static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    /// <summary>The schedule.</summary>
    /// <exception cref="ArgumentException">There is no such kind, a parameter is missing, of another type, or one too many.</exception>
    public static Schedule Create(string kind, IReadOnlyDictionary<string, object> values)
    {
        if (!s_kinds.TryGetValue(kind, out Func<ScheduleParameters, Schedule>? create))
        {
            throw new ArgumentException($"There is no schedule '{kind}'.{NearestNames.Hint(kind, s_kinds.Keys)} There are {string.Join(", ", s_kinds.Keys)}.");
        }

        ScheduleParameters parameters = new(kind, values);
        Schedule schedule = create(parameters);
        string[] unknown = [.. parameters._values.Keys.Except(parameters._known, StringComparer.OrdinalIgnoreCase)];
        return unknown.Length == 0
            ? schedule
            : throw new ArgumentException($"The schedule '{kind}' has no parameter '{unknown[0]}'; it has {string.Join(", ", parameters._known)}.");
    }

    private double Number(string name, double? otherwise = null) => Get(name, otherwise, ToNumber);

    private long Whole(string name, long? otherwise = null) => Whole(Number(name, otherwise));

    private long Whole(double value) => Math.Floor(value) == value && Math.Abs(value) < 1L << 53
        ? (long)value
        : throw new ArgumentException($"A number of iterations or validations of the schedule '{_kind}' is {value.ToString(CultureInfo.InvariantCulture)}; it must be whole.");

    // A switch of PowerShell's is no IConvertible, but says what it means.
    private bool Flag(string name) => Get<bool>(name, false, value => value as bool? ?? bool.Parse(value.ToString()!));

    private string Text(string name, string otherwise) => Has(name) ? _values[name].ToString()! : otherwise;

    private double[] Numbers(string name) => !Has(name) ? throw Missing(name)
        : _values[name] is IEnumerable several and not string ? [.. several.Cast<object>().Select(value => Convert(name, value, ToNumber))]
        : [Convert(name, _values[name], ToNumber)];

    private T Choice<T>(string name, T otherwise)
        where T : struct, Enum => Get<T>(name, otherwise, value => Enum.Parse<T>(value.ToString()!, ignoreCase: true));

    private bool Has(string name)
    {
        _known.Add(name);
        return _values.ContainsKey(name);
    }

    private T Get<T>(string name, T? otherwise, Func<object, T> convert)
        where T : struct => Has(name) ? Convert(name, _values[name], convert) : otherwise ?? throw Missing(name);

    private T Convert<T>(string name, object value, Func<object, T> convert)
    {
        try
        {
            return convert(value);
        }
        catch (Exception error) when (error is FormatException or InvalidCastException or OverflowException or ArgumentException)
        {
            throw new ArgumentException($"'{value}' cannot be the parameter '{name}' of the schedule '{_kind}'.", error);
        }
    }

    private static double ToNumber(object value) => System.Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private ArgumentException Missing(string name) => new($"The schedule '{_kind}' needs the parameter '{name}'.");
}
