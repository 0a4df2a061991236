using System.Globalization;

namespace ModelSessions.Training;

/// <content>Schedules by name, with the formulas of TensorFlow's and Keras' of the same names.</content>
public abstract partial class Schedule
{
    /// <summary>The names of the schedules that <see cref="Named"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => ScheduleParameters.Kinds;

    /// <summary>A schedule by its name, <c>cosine</c>, and its parameters by theirs, as in the methods of this class; case does not matter.</summary>
    /// <exception cref="ArgumentException">There is no such schedule, or a parameter is missing, unknown or makes no sense.</exception>
    public static Schedule Named(string name, IReadOnlyDictionary<string, object> parameters)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(parameters);
        return ScheduleParameters.Create(name, parameters);
    }

    /// <summary>So often a factor lower: <c>initial · factor^⌊iteration / every⌋</c>.</summary>
    public static Schedule Step(double initial, long every, double factor)
    {
        Finite(initial);
        Positive(every);
        Positive(factor);
        return Formula(
            "step", new() { ["Initial"] = initial, ["Every"] = every, ["Factor"] = factor }, at => initial * Math.Pow(factor, at / every),
            $"step: {Text(initial)}, times {Text(factor)} every {Text(every)} iterations");
    }

    /// <summary><c>initial · rate^(iteration / steps)</c>: <c>exponential_decay</c>.</summary>
    /// <param name="initial">The first value.</param>
    /// <param name="decaySteps">In so many iterations it falls by the rate.</param>
    /// <param name="decayRate">The rate.</param>
    /// <param name="staircase">Whether it falls in steps.</param>
    public static Schedule Exponential(double initial, long decaySteps, double decayRate, bool staircase = false)
    {
        Finite(initial);
        Positive(decaySteps);
        Positive(decayRate);
        return Formula(
            "exponential", Decay(initial, decaySteps, decayRate, staircase),
            at => initial * Math.Pow(decayRate, Share(at, decaySteps, staircase)),
            $"exponential: {Text(initial)}, times {Text(decayRate)} in {Text(decaySteps)} iterations{Stairs(staircase)}");
    }

    /// <summary><c>initial / (1 + rate · iteration / steps)</c>: <c>inverse_time_decay</c>.</summary>
    /// <inheritdoc cref="Exponential"/>
    public static Schedule InverseTime(double initial, long decaySteps, double decayRate, bool staircase = false)
    {
        Finite(initial);
        Positive(decaySteps);
        Positive(decayRate);
        return Formula(
            "inverseTime", Decay(initial, decaySteps, decayRate, staircase),
            at => initial / (1 + (decayRate * Share(at, decaySteps, staircase))),
            $"inverse time: {Text(initial)} over 1 + {Text(decayRate)} in {Text(decaySteps)} iterations{Stairs(staircase)}");
    }

    /// <summary><c>(initial − end) · (1 − iteration / steps)^power + end</c>: <c>polynomial_decay</c>.</summary>
    /// <param name="initial">The first value.</param>
    /// <param name="decaySteps">When the last value is reached.</param>
    /// <param name="end">The last value.</param>
    /// <param name="power">1 for a line.</param>
    /// <param name="cycle">Whether it begins anew from there on, over longer and longer times.</param>
    public static Schedule Polynomial(double initial, long decaySteps, double end = 1e-4, double power = 1, bool cycle = false)
    {
        Finite(initial);
        Finite(end);
        Positive(decaySteps);
        Positive(power);
        return Formula(
            "polynomial", new() { ["Initial"] = initial, ["DecaySteps"] = decaySteps, ["End"] = end, ["Power"] = power, ["Cycle"] = cycle },
            at =>
            {
                double steps = cycle ? decaySteps * Math.Max(1, Math.Ceiling((double)at / decaySteps)) : decaySteps;
                return ((initial - end) * Math.Pow(1 - (Math.Min(at, steps) / steps), power)) + end;
            },
            $"polynomial: {Text(initial)} to {Text(end)} in {Text(decaySteps)} iterations, power {Text(power)}{(cycle ? ", again and again" : "")}");
    }

    /// <summary>A half wave from the first value to a share of it: <c>CosineDecay</c>, after a warm-up in a line.</summary>
    /// <param name="initial">The value after the warm-up.</param>
    /// <param name="decaySteps">So many iterations after the warm-up the last value is reached.</param>
    /// <param name="alpha">The last value as a share of the first.</param>
    /// <param name="warmupSteps">The iterations of the warm-up.</param>
    /// <param name="warmupStart">Where the warm-up begins.</param>
    public static Schedule Cosine(double initial, long decaySteps, double alpha = 0, long warmupSteps = 0, double warmupStart = 0)
    {
        Finite(initial);
        Finite(alpha);
        Finite(warmupStart);
        Positive(decaySteps);
        NotNegative(warmupSteps);
        return Formula(
            "cosine", new() { ["Initial"] = initial, ["DecaySteps"] = decaySteps, ["Alpha"] = alpha, ["WarmupSteps"] = warmupSteps, ["WarmupStart"] = warmupStart },
            at =>
            {
                if (at < warmupSteps)
                {
                    return warmupStart + ((initial - warmupStart) * at / warmupSteps);
                }

                double wave = 0.5 * (1 + Math.Cos(Math.PI * Math.Min(at - warmupSteps, decaySteps) / decaySteps));
                return initial * (((1 - alpha) * wave) + alpha);
            },
            $"cosine: {(warmupSteps > 0 ? $"{Text(warmupStart)} to " : "")}{Text(initial)}{(warmupSteps > 0 ? $" in {Text(warmupSteps)} iterations, then" : "")} to {Text(alpha * initial)} in {Text(decaySteps)}");
    }

    /// <summary>Up and down between two values, in lines.</summary>
    /// <param name="minimum">The lowest value, at the start.</param>
    /// <param name="maximum">The highest value.</param>
    /// <param name="stepSize">The iterations of half a cycle.</param>
    /// <param name="mode">How the height changes.</param>
    /// <param name="gamma">For <see cref="CycleMode.ExponentialRange"/>: the factor of an iteration.</param>
    public static Schedule Cyclic(double minimum, double maximum, long stepSize, CycleMode mode = CycleMode.Triangular, double gamma = 1)
    {
        Finite(minimum);
        Finite(maximum);
        Positive(stepSize);
        Positive(gamma);
        return Formula(
            "cyclic", new() { ["Minimum"] = minimum, ["Maximum"] = maximum, ["StepSize"] = stepSize, ["Mode"] = mode.ToString(), ["Gamma"] = gamma },
            at =>
            {
                double cycle = Math.Floor(1 + (at / (2.0 * stepSize))), x = Math.Abs(((double)at / stepSize) - (2 * cycle) + 1);
                double height = mode switch { CycleMode.Triangular2 => Math.Pow(2, 1 - cycle), CycleMode.ExponentialRange => Math.Pow(gamma, at), _ => 1 };
                return minimum + ((maximum - minimum) * Math.Max(0, 1 - x) * height);
            },
            $"cyclic: {Text(minimum)} to {Text(maximum)} and back in {Text(2 * stepSize)} iterations{mode switch { CycleMode.Triangular2 => ", half as high each time", CycleMode.ExponentialRange => $", height times {Text(gamma)} each iteration", _ => "" }}");
    }

    /// <summary>Values up to boundaries: the first up to and with the first boundary, the last after the last one: <c>piecewise_constant</c>.</summary>
    /// <exception cref="ArgumentException">There must be one value more than boundaries, and these rise.</exception>
    public static Schedule Piecewise(IReadOnlyList<long> boundaries, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        ArgumentNullException.ThrowIfNull(values);
        long[] ends = [.. boundaries];
        double[] each = [.. values];
        if (each.Length != ends.Length + 1 || ends.Zip(ends.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            throw new ArgumentException($"A piecewise schedule has one value more than boundaries, and the boundaries rise; it is given {each.Length} values and the boundaries {string.Join(", ", ends.Select(end => Text(end)))}.");
        }

        Array.ForEach(each, value => Finite(value, nameof(values)));
        return Formula(
            "piecewise", new() { ["Boundaries"] = ends, ["Values"] = each },
            at => each[Array.BinarySearch(ends, at) is >= 0 and var index ? index : ~Array.BinarySearch(ends, at)],
            $"piecewise: {string.Join(", ", each.Zip(ends, (value, end) => $"{Text(value)} to {Text(end)}"))}, then {Text(each[^1])}");
    }

    /// <summary>Lower by a factor whenever a metric of the validation stands still: <c>ReduceLROnPlateau</c>. What it remembers goes on with
    /// the session and its checkpoints.</summary>
    /// <param name="initial">The first value.</param>
    /// <param name="factor">The factor, below 1.</param>
    /// <param name="patience">After so many validations without a better value.</param>
    /// <param name="minDelta">How much better is better.</param>
    /// <param name="cooldown">Validations after a change that do not count.</param>
    /// <param name="minimum">The lowest value.</param>
    /// <param name="metric"><c>loss</c>, or a metric's name in the binding.</param>
    /// <param name="goal">Which value of the metric is the best.</param>
    public static Schedule Plateau(
        double initial, double factor = 0.1, int patience = 10, double minDelta = 1e-4, int cooldown = 0, double minimum = 0, string metric = Roles.Loss, MetricGoal goal = MetricGoal.Automatic)
    {
        Finite(initial);
        Finite(minimum);
        Positive(factor);
        NotNegative(patience);
        NotNegative(cooldown);
        return factor < 1
            ? new PlateauSchedule(initial, factor, patience, cooldown, minimum, new BestSoFar(metric, goal, minDelta))
            : throw new ArgumentOutOfRangeException(null, $"The factor of a plateau schedule must be below 1; it is {Text(factor)}.");
    }

    private static Dictionary<string, object> Decay(double initial, long decaySteps, double decayRate, bool staircase) =>
        new() { ["Initial"] = initial, ["DecaySteps"] = decaySteps, ["DecayRate"] = decayRate, ["Staircase"] = staircase };

    /// <summary>A number for people.</summary>
    private protected static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private protected static string Text(long value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static double Share(long at, long steps, bool staircase) => staircase ? at / steps : (double)at / steps;

    private static string Stairs(bool staircase) => staircase ? ", in steps" : "";

    private static void Finite(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null) =>
        Demand(double.IsFinite(value), value, name, "finite");

    private static void Positive(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null) =>
        Demand(double.IsFinite(value) && value > 0, value, name, "above 0");

    private static void NotNegative(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null) =>
        Demand(value >= 0, value, name, "0 or more");

    private static void Demand(bool met, double value, string? name, string demand)
    {
        if (!met)
        {
            throw new ArgumentOutOfRangeException(null, $"{name} of a schedule must be {demand}; it is {Text(value)}.");
        }
    }
}

/// <summary>How the height of a cyclic schedule changes.</summary>
public enum CycleMode
{
    /// <summary>It does not.</summary>
    Triangular,

    /// <summary>Each cycle is half as high as the one before.</summary>
    Triangular2,

    /// <summary>By a factor at each iteration.</summary>
    ExponentialRange,
}
