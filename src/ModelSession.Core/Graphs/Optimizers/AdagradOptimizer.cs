namespace ModelSessions;

/// <summary>Adagrad (Duchi and others, 2011): <c>a += gradient²; v −= rate · gradient / √a</c>. The slot is <c>variable/Adagrad</c>.</summary>
public sealed class AdagradOptimizer : Optimizer
{
    private readonly double _initialAccumulator;
    private GraphTensor? _rate;

    /// <summary>Adagrad.</summary>
    /// <param name="learningRate">A tensor or a number.</param>
    /// <param name="initialAccumulator">The slots' first value, above 0.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public AdagradOptimizer(Operand learningRate, double initialAccumulator = 0.1, string name = "Adagrad", bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialAccumulator);
        _initialAccumulator = initialAccumulator;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "accumulator", Initializers.Constant(_initialAccumulator));
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g) => _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable) =>
        AddUpdate(g, "Adagrad", gradient, variable, [Slot(variable, "accumulator")!.Handle, As(g, _rate!, variable)], []);
}
