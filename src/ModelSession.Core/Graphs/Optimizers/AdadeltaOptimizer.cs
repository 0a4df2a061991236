namespace ModelSessions;

/// <summary>Adadelta (Zeiler, 2012). The slots are <c>variable/Adadelta</c>, the mean of squared gradients, and <c>variable/Adadelta_1</c>, the
/// mean of squared updates.</summary>
public sealed class AdadeltaOptimizer : Optimizer
{
    private readonly (Operand Rho, Operand Epsilon) _settings;
    private GraphTensor? _rate;
    private GraphTensor? _rho;
    private GraphTensor? _epsilon;

    /// <summary>Adadelta.</summary>
    /// <param name="learningRate">A tensor or a number; 0.001 if null, 1 in the paper.</param>
    /// <param name="rho">How much of the means stays; 0.95 if null.</param>
    /// <param name="epsilon">Added under the roots; 1e-8 if null.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public AdadeltaOptimizer(Operand? learningRate = null, Operand? rho = null, Operand? epsilon = null, string name = "Adadelta", bool useLocking = false)
        : base(learningRate ?? 0.001, name, useLocking) => _settings = (rho ?? 0.95, epsilon ?? 1e-8);

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "accum");
            AddSlot(g, variable, "accum_update");
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "lr");
        _rho = _settings.Rho.ToTensor(g, DType.Float32, "rho");
        _epsilon = _settings.Epsilon.ToTensor(g, DType.Float32, "epsilon");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable) => AddUpdate(
        g,
        "Adadelta",
        gradient,
        variable,
        [
            Slot(variable, "accum")!.Handle,
            Slot(variable, "accum_update")!.Handle,
            As(g, _rate!, variable),
            As(g, _rho!, variable),
            As(g, _epsilon!, variable),
        ],
        []);
}
