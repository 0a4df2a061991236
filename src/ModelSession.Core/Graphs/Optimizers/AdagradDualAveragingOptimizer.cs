namespace ModelSessions;

/// <summary>Adagrad by dual averaging (Duchi and others, 2011): for sparse linear models, whose weights become exactly 0. The slots are
/// <c>variable/AdagradDA</c>, the sum of gradients, and <c>variable/AdagradDA_1</c>, the sum of their squares.</summary>
public sealed class AdagradDualAveragingOptimizer : Optimizer
{
    private readonly GraphVariable _stepCounter;
    private readonly double _initialAccumulator;
    private readonly (double L1, double L2) _settings;
    private GraphTensor? _rate;
    private GraphTensor? _step;

    /// <summary>Adagrad by dual averaging.</summary>
    /// <param name="learningRate">A tensor or a number.</param>
    /// <param name="stepCounter">The number of steps made, which the updates need.</param>
    /// <param name="initialAccumulator">The first value of the sum of squares, above 0.</param>
    /// <param name="l1">The penalty of magnitudes.</param>
    /// <param name="l2">The penalty of squares.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public AdagradDualAveragingOptimizer(
        Operand learningRate,
        GraphVariable stepCounter,
        double initialAccumulator = 0.1,
        double l1 = 0,
        double l2 = 0,
        string name = "AdagradDA",
        bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
        ArgumentNullException.ThrowIfNull(stepCounter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialAccumulator);
        _stepCounter = stepCounter;
        _initialAccumulator = initialAccumulator;
        _settings = (l1, l2);
    }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            GraphTensor sum = ConstantLike(g, variable, 0), squares = ConstantLike(g, variable, _initialAccumulator);
            AddSlot(g, variable, "gradient_accumulator", sum);
            AddSlot(g, variable, "gradient_squared_accumulator", squares);
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        using GraphScope place = g.ColocateWith(_rate.Operation);
        _step = g.Cast(g.Identity(_stepCounter) + 1, DType.Int64);
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        GraphTensor step = g.Identity(_step!);
        return AddUpdate(
            g,
            "AdagradDA",
            gradient,
            variable,
            [Slot(variable, "gradient_accumulator")!.Handle, Slot(variable, "gradient_squared_accumulator")!.Handle],
            [As(g, _rate!, variable), g.Cast(_settings.L1, variable.DType), g.Cast(_settings.L2, variable.DType), step]);
    }
}
