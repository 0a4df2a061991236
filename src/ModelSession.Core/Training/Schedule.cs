using System.Globalization;

namespace ModelSessions.Training;

/// <summary>The value of a hyperparameter over a training: a number, or a function of the iteration.</summary>
public abstract partial class Schedule
{
    /// <summary>What kind it is: a name that <see cref="Named"/> knows, <c>table</c>, <c>function</c>.</summary>
    public virtual string Kind => GetType().Name;

    /// <summary>What it was made of, by name, as <see cref="Named"/> takes it; values by iteration of a table.</summary>
    public virtual IReadOnlyDictionary<string, object> Parameters => new Dictionary<string, object>();

    /// <summary>The schedule in words, as in a training's history.</summary>
    public string Description => ToString()!;

    /// <summary>The value for the step that follows an iteration: 0 before the first one.</summary>
    public abstract double At(long iteration);

    /// <summary>Tells how good the model is, after an evaluation during the training.</summary>
    /// <param name="part">What was evaluated.</param>
    /// <param name="result">How good the model is.</param>
    public virtual void Evaluated(EvaluatedPart part, EvaluationResult result)
    {
    }

    /// <summary>What it remembers of a training, as a text; null if it remembers nothing.</summary>
    public virtual string? CaptureState() => null;

    /// <summary>Goes on from what <see cref="CaptureState"/> gave, of a schedule whose text is the same.</summary>
    public virtual void RestoreState(string state)
    {
    }

    /// <summary>A schedule that one session may change without another.</summary>
    internal virtual Schedule ForSession(ModelSession session) => CaptureState() is null ? this : (Schedule)MemberwiseClone();

    /// <summary>Always the same value.</summary>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>What a function gives for the iteration before each step.</summary>
    /// <param name="function">The function.</param>
    /// <param name="text">How the schedule is shown.</param>
    public static Schedule Of(Func<long, double> function, string text = "function")
    {
        ArgumentNullException.ThrowIfNull(function);
        return new FunctionSchedule("function", [], function, text);
    }

    /// <summary>Steps: each value holds from its iteration on, the first one also before it.</summary>
    /// <exception cref="ArgumentException">There is no value, or two for one iteration.</exception>
    public static Schedule Table(IEnumerable<KeyValuePair<long, double>> values) => new TableSchedule(values);

    /// <summary>Always the same value.</summary>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>Always the same value.</summary>
    public static Schedule FromDouble(double value) => Constant(value);

    private static FunctionSchedule Formula(string kind, Dictionary<string, object> parameters, Func<long, double> function, string text) =>
        new FunctionSchedule(kind, parameters, function, text);

    private sealed class ConstantSchedule(double value) : Schedule
    {
        public override string Kind => "constant";

        public override IReadOnlyDictionary<string, object> Parameters => new Dictionary<string, object> { ["Value"] = value };

        public override double At(long iteration) => value;

        public override string ToString() => Text(value);
    }

    private sealed class FunctionSchedule(string kind, Dictionary<string, object> parameters, Func<long, double> function, string text) : Schedule
    {
        public override string Kind => kind;

        public override IReadOnlyDictionary<string, object> Parameters => parameters;

        public override double At(long iteration) => function(iteration);

        public override string ToString() => text;
    }

    private sealed class TableSchedule : Schedule
    {
        private readonly long[] _from;
        private readonly double[] _values;

        public TableSchedule(IEnumerable<KeyValuePair<long, double>> values)
        {
            ArgumentNullException.ThrowIfNull(values);
            KeyValuePair<long, double>[] sorted = [.. values.OrderBy(pair => pair.Key)];
            _from = [.. sorted.Select(pair => pair.Key)];
            _values = [.. sorted.Select(pair => pair.Value)];
            if (sorted.Length == 0)
            {
                throw new ArgumentException("The table of a schedule is empty; give at least one value, such as 0 = 0.001.");
            }

            if (_from.Distinct().Count() < _from.Length)
            {
                throw new ArgumentException("The table of a schedule has two values for one iteration.");
            }
        }

        public override string Kind => "table";

        public override IReadOnlyDictionary<string, object> Parameters =>
            _from.Zip(_values).ToDictionary(pair => pair.First.ToString(CultureInfo.InvariantCulture), pair => (object)pair.Second);

        public override double At(long iteration)
        {
            int index = Array.BinarySearch(_from, iteration);
            return _values[Math.Max(0, index >= 0 ? index : ~index - 1)];
        }

        public override string ToString() => string.Join(", ", _from.Zip(_values, (from, value) => $"{Text(value)} from {Text(from)}"));
    }
}
