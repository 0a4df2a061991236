using System.Management.Automation;
using ModelSessions.Training;

namespace ModelSessions.PowerShell;

/// <summary>Makes the schedule of a hyperparameter: its value by iteration.</summary>
[Cmdlet(VerbsCommon.New, "ModelSchedule", DefaultParameterSetName = Constant)]
[OutputType(typeof(Schedule))]
public sealed class NewModelScheduleCommand : ModelCmdlet
{
    private const string Constant = "Constant";

    /// <summary>Falls by a factor every so many iterations.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Step), HelpMessage = "Falls by a factor every so many iterations.")]
    public SwitchParameter Step { get; set; }

    /// <summary>Falls by a rate in so many iterations: TensorFlow's exponential_decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Exponential), HelpMessage = "Falls by a rate in so many iterations: TensorFlow's exponential_decay.")]
    public SwitchParameter Exponential { get; set; }

    /// <summary>Falls ever more slowly: TensorFlow's inverse_time_decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(InverseTime), HelpMessage = "Falls ever more slowly: TensorFlow's inverse_time_decay.")]
    public SwitchParameter InverseTime { get; set; }

    /// <summary>Falls to a last value along a power: TensorFlow's polynomial_decay.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Polynomial), HelpMessage = "Falls to a last value along a power: TensorFlow's polynomial_decay.")]
    public SwitchParameter Polynomial { get; set; }

    /// <summary>Falls along half a wave, after a warm-up if wanted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cosine), HelpMessage = "Falls along half a wave, after a warm-up if wanted.")]
    public SwitchParameter Cosine { get; set; }

    /// <summary>Goes up and down between two values.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cyclic), HelpMessage = "Goes up and down between two values.")]
    public SwitchParameter Cyclic { get; set; }

    /// <summary>Holds values up to boundaries: TensorFlow's piecewise_constant.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Piecewise), HelpMessage = "Holds values up to boundaries: TensorFlow's piecewise_constant.")]
    public SwitchParameter Piecewise { get; set; }

    /// <summary>Falls by a factor whenever a metric of the validation stands still.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Plateau), HelpMessage = "Falls by a factor whenever a metric of the validation stands still.")]
    public SwitchParameter Plateau { get; set; }

    /// <summary>Always this value.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Constant, HelpMessage = "The value at all iterations.")]
    public double Value { get; set; }

    /// <summary>The first value; with a warm-up, the value after it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Step), HelpMessage = "The first value; with a warm-up, the value after it.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Exponential), HelpMessage = "The first value; with a warm-up, the value after it.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(InverseTime), HelpMessage = "The first value; with a warm-up, the value after it.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Polynomial), HelpMessage = "The first value; with a warm-up, the value after it.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Cosine), HelpMessage = "The first value; with a warm-up, the value after it.")]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Plateau), HelpMessage = "The first value; with a warm-up, the value after it.")]
    public double Initial { get; set; }

    /// <summary>The number of iterations after which the value falls.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Step), HelpMessage = "The number of iterations after which the value falls.")]
    public long Every { get; set; }

    /// <summary>The number of iterations in which the value falls.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Exponential), HelpMessage = "The number of iterations in which the value falls.")]
    [Parameter(Mandatory = true, ParameterSetName = nameof(InverseTime), HelpMessage = "The number of iterations in which the value falls.")]
    [Parameter(Mandatory = true, ParameterSetName = nameof(Polynomial), HelpMessage = "The number of iterations in which the value falls.")]
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cosine), HelpMessage = "The number of iterations in which the value falls.")]
    public long DecaySteps { get; set; }

    /// <summary>The rate by which the value falls in that time.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Exponential), HelpMessage = "The rate by which the value falls in that time.")]
    [Parameter(Mandatory = true, ParameterSetName = nameof(InverseTime), HelpMessage = "The rate by which the value falls in that time.")]
    public double DecayRate { get; set; }

    /// <summary>Falls in steps, not bit by bit.</summary>
    [Parameter(ParameterSetName = nameof(Exponential), HelpMessage = "Fall in steps, not bit by bit.")]
    [Parameter(ParameterSetName = nameof(InverseTime), HelpMessage = "Fall in steps, not bit by bit.")]
    public SwitchParameter Staircase { get; set; }

    /// <summary>The factor by which the value falls; 0.1 by default.</summary>
    [Parameter(ParameterSetName = nameof(Step), HelpMessage = "The factor by which the value falls; 0.1 by default.")]
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "The factor by which the value falls; 0.1 by default.")]
    public double Factor { get; set; }

    /// <summary>The last value; 0.0001 by default.</summary>
    [Parameter(ParameterSetName = nameof(Polynomial), HelpMessage = "The last value; 0.0001 by default.")]
    public double End { get; set; }

    /// <summary>The power; 1, a line, by default.</summary>
    [Parameter(ParameterSetName = nameof(Polynomial), HelpMessage = "The power; 1, a line, by default.")]
    public double Power { get; set; }

    /// <summary>Begins anew after each fall, over a longer time.</summary>
    [Parameter(ParameterSetName = nameof(Polynomial), HelpMessage = "Begin anew after each fall, over a longer time.")]
    public SwitchParameter Cycle { get; set; }

    /// <summary>The last value as a share of the first; 0 by default.</summary>
    [Parameter(ParameterSetName = nameof(Cosine), HelpMessage = "The last value as a share of the first; 0 by default.")]
    public double Alpha { get; set; }

    /// <summary>The iterations of a warm-up, in which the value rises in a line; 0 by default.</summary>
    [Parameter(ParameterSetName = nameof(Cosine), HelpMessage = "The iterations of a warm-up, in which the value rises in a line.")]
    public long WarmupSteps { get; set; }

    /// <summary>The value at which the warm-up begins; 0 by default.</summary>
    [Parameter(ParameterSetName = nameof(Cosine), HelpMessage = "The value at which the warm-up begins; 0 by default.")]
    public double WarmupStart { get; set; }

    /// <summary>The lowest value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cyclic), HelpMessage = "The lowest value.")]
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "The lowest value.")]
    public double Minimum { get; set; }

    /// <summary>The highest value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cyclic), HelpMessage = "The highest value.")]
    public double Maximum { get; set; }

    /// <summary>The iterations of half a cycle.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Cyclic), HelpMessage = "The iterations of half a cycle.")]
    public long StepSize { get; set; }

    /// <summary>How the height of the cycles changes.</summary>
    [Parameter(ParameterSetName = nameof(Cyclic), HelpMessage = "How the height of the cycles changes.")]
    public CycleMode Mode { get; set; }

    /// <summary>For the mode ExponentialRange: the factor of an iteration.</summary>
    [Parameter(ParameterSetName = nameof(Cyclic), HelpMessage = "For -Mode ExponentialRange: the factor of an iteration.")]
    public double Gamma { get; set; }

    /// <summary>The last iterations of all values but the last one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Piecewise), HelpMessage = "The last iterations of all values but the last one.")]
    public long[] Boundaries { get; set; } = [];

    /// <summary>The values, one more than boundaries.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(Piecewise), HelpMessage = "The values, one more than boundaries.")]
    public double[] Values { get; set; } = [];

    /// <summary>The value falls after so many validations without a better one; 10 by default.</summary>
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "The value falls after so many validations without a better one; 10 by default.")]
    public int Patience { get; set; }

    /// <summary>How much better is better; 0.0001 by default.</summary>
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "How much better is better; 0.0001 by default.")]
    public double MinDelta { get; set; }

    /// <summary>Validations after a fall that do not count; 0 by default.</summary>
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "Validations after a fall that do not count; 0 by default.")]
    public int Cooldown { get; set; }

    /// <summary>The metric of the validation; the loss by default.</summary>
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "The metric of the validation: Loss by default.")]
    [ArgumentCompleter(typeof(MetricNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Metric { get; set; } = Roles.Loss;

    /// <summary>Which value of the metric is the best; by what the model says of it, or its name, if left out.</summary>
    [Parameter(ParameterSetName = nameof(Plateau), HelpMessage = "Which value of the metric is the best: Minimum or Maximum.")]
    public MetricGoal Goal { get; set; }

    /// <inheritdoc/>
    private protected override void Process() => WriteObject(Schedule.Named(ParameterSetName, MyInvocation.BoundParameters
        .Where(pair => pair.Key != ParameterSetName && !CommonParameters.Contains(pair.Key))
        .ToDictionary(pair => pair.Key, pair => pair.Value is SwitchParameter flag ? flag.ToBool() : pair.Value)));
}
