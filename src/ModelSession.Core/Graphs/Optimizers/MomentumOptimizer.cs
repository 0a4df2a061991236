namespace ModelSessions;

/// <summary><c>a = momentum · a + gradient; v −= rate · a</c>, or Nesterov's form of it. The slot is <c>variable/Momentum</c>.</summary>
public sealed class MomentumOptimizer : Optimizer
{
    private readonly Operand _momentum;
    private readonly bool _useNesterov;
    private GraphTensor? _rate;
    private GraphTensor? _momentumTensor;

    /// <summary>Gradient descent with momentum.</summary>
    public MomentumOptimizer(Operand learningRate, Operand momentum, bool useNesterov = false, string name = "Momentum", bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
        _momentum = momentum;
        _useNesterov = useNesterov;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "momentum");
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _momentumTensor = _momentum.ToTensor(g, DType.Float32, "momentum");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable) => AddUpdate(
        g,
        "Momentum",
        gradient,
        variable,
        [Slot(variable, "momentum")!.Handle, As(g, _rate!, variable)],
        [As(g, _momentumTensor!, variable)],
        new() { ["use_nesterov"] = _useNesterov });
}
