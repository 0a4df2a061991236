namespace ModelSessions.Training;

/// <summary>The value of a hyperparameter over a training: a number, or a function of the iteration.</summary>
public abstract class Schedule
{
    /// <summary>The value for the step that follows an iteration: 0 before the first one.</summary>
    public abstract double At(long iteration);

    /// <summary>Always the same value.</summary>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>What a function gives for the iteration before each step.</summary>
    public static Schedule Of(Func<long, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new FunctionSchedule(function);
    }

    /// <summary>Always the same value.</summary>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>Always the same value.</summary>
    public static Schedule FromDouble(double value) => Constant(value);

    private sealed class ConstantSchedule(double value) : Schedule
    {
        public override double At(long iteration) => value;
    }

    private sealed class FunctionSchedule(Func<long, double> function) : Schedule
    {
        public override double At(long iteration) => function(iteration);
    }
}
