namespace ModelSessions;

/// <summary>Adagrad whose steps end with the proximal operator of L1 and L2 penalties. The slot is <c>variable/ProximalAdagrad</c>.</summary>
public sealed class ProximalAdagradOptimizer : Optimizer
{
    private readonly double _initialAccumulator;
    private readonly (Operand L1, Operand L2) _settings;
    private GraphTensor? _rate;
    private GraphTensor? _l1;
    private GraphTensor? _l2;

    /// <summary>Proximal Adagrad.</summary>
    /// <param name="learningRate">A tensor or a number.</param>
    /// <param name="initialAccumulator">The slots' first value, above 0.</param>
    /// <param name="l1">The penalty of magnitudes; 0 if null.</param>
    /// <param name="l2">The penalty of squares; 0 if null.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public ProximalAdagradOptimizer(
        Operand learningRate, double initialAccumulator = 0.1, Operand? l1 = null, Operand? l2 = null, string name = "ProximalAdagrad", bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialAccumulator);
        _initialAccumulator = initialAccumulator;
        _settings = (l1 ?? 0.0, l2 ?? 0.0);
    }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "accumulator", ConstantLike(g, variable, _initialAccumulator));
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _l1 = _settings.L1.ToTensor(g, DType.Float32, "l1_regularization_strength");
        _l2 = _settings.L2.ToTensor(g, DType.Float32, "l2_regularization_strength");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable) => AddUpdate(
        g,
        "ProximalAdagrad",
        gradient,
        variable,
        [Slot(variable, "accumulator")!.Handle, As(g, _rate!, variable), As(g, _l1!, variable), As(g, _l2!, variable)],
        []);
}
