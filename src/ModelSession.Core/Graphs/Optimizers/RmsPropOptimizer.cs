namespace ModelSessions;

/// <summary>RMSProp (Hinton, 2012): the gradient divided by the root of the mean of its squares, or of its variance (centred). The slots are
/// <c>variable/RMSProp</c>, the mean square, which begins with ones; then the mean gradient, if centred; then the momentum.</summary>
public sealed class RmsPropOptimizer : Optimizer
{
    private readonly (Operand Decay, Operand Momentum, Operand Epsilon) _settings;
    private readonly bool _centered;
    private GraphTensor? _rate;
    private GraphTensor? _decay;
    private GraphTensor? _momentum;
    private GraphTensor? _epsilon;

    /// <summary>RMSProp.</summary>
    /// <param name="learningRate">A tensor or a number.</param>
    /// <param name="decay">How much of the means stays; 0.9 if null.</param>
    /// <param name="momentum">How much of the last update is made again; 0 if null.</param>
    /// <param name="epsilon">Added under the root; 1e-10 if null.</param>
    /// <param name="centered">Whether it divides by the variance's root.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public RmsPropOptimizer(
        Operand learningRate,
        Operand? decay = null,
        Operand? momentum = null,
        Operand? epsilon = null,
        bool centered = false,
        string name = "RMSProp",
        bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
        _settings = (decay ?? 0.9, momentum ?? 0.0, epsilon ?? 1e-10);
        _centered = centered;
    }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "rms", Initializers.Ones);
            if (_centered)
            {
                AddSlot(g, variable, "mg");
            }

            AddSlot(g, variable, "momentum");
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _decay = _settings.Decay.ToTensor(g, DType.Float32, "decay");
        _momentum = _settings.Momentum.ToTensor(g, DType.Float32, "momentum");
        _epsilon = _settings.Epsilon.ToTensor(g, DType.Float32, "epsilon");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        Operand[] centre = _centered ? [Slot(variable, "mg")!.Handle] : [];
        return AddUpdate(
            g,
            _centered ? "CenteredRMSProp" : "RMSProp",
            gradient,
            variable,
            [
                .. centre,
                Slot(variable, "rms")!.Handle,
                Slot(variable, "momentum")!.Handle,
                As(g, _rate!, variable),
                As(g, _decay!, variable),
                As(g, _momentum!, variable),
                As(g, _epsilon!, variable),
            ],
            []);
    }
}
