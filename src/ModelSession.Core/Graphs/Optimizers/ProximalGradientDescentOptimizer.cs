namespace ModelSessions;

/// <summary>Gradient descent whose steps end with the proximal operator of L1 and L2 penalties: weights become exactly 0.</summary>
public sealed class ProximalGradientDescentOptimizer : Optimizer
{
    private readonly (Operand L1, Operand L2) _settings;
    private GraphTensor? _rate;
    private GraphTensor? _l1;
    private GraphTensor? _l2;

    /// <summary>Proximal gradient descent.</summary>
    /// <param name="learningRate">A tensor or a number.</param>
    /// <param name="l1">The penalty of magnitudes; 0 if null.</param>
    /// <param name="l2">The penalty of squares; 0 if null.</param>
    /// <param name="name">The name of its nodes.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public ProximalGradientDescentOptimizer(
        Operand learningRate, Operand? l1 = null, Operand? l2 = null, string name = "ProximalGradientDescent", bool useLocking = false)
        : base(learningRate, name, useLocking) => _settings = (l1 ?? 0.0, l2 ?? 0.0);

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _l1 = _settings.L1.ToTensor(g, DType.Float32, "l1_regularization_strength");
        _l2 = _settings.L2.ToTensor(g, DType.Float32, "l2_regularization_strength");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable) => AddUpdate(
        g, "ProximalGradientDescent", gradient, variable, [As(g, _rate!, variable), As(g, _l1!, variable), As(g, _l2!, variable)], []);
}
