namespace ModelSessions;

/// <summary>Follow the regularised leader (McMahan and others, 2013), for sparse linear models. The slots are <c>variable/Ftrl</c>, the sum of
/// squared gradients, and <c>variable/Ftrl_1</c>, the linear term.</summary>
public sealed class FtrlOptimizer : Optimizer
{
    private GraphTensor? _rate;
    private GraphTensor? _l1;
    private GraphTensor? _l2;
    private GraphTensor? _shrinkage;
    private GraphTensor? _power;

    /// <summary>Ftrl.</summary>
    public FtrlOptimizer(Operand learningRate, string name = "Ftrl", bool useLocking = false)
        : base(learningRate, name, useLocking)
    {
    }

    /// <summary>The power of the step by which the rate falls, 0 or less; 0 keeps it.</summary>
    public double LearningRatePower { get; init => field = value <= 0 ? value : throw Wrong(nameof(LearningRatePower), "0 or less", value); } = -0.5;

    /// <summary>The first value of the sum of squares, 0 or more.</summary>
    public double InitialAccumulator { get; init => field = NotNegative(nameof(InitialAccumulator), value); } = 0.1;

    /// <summary>The penalty of magnitudes, which makes weights 0.</summary>
    public double L1 { get; init => field = NotNegative(nameof(L1), value); }

    /// <summary>The penalty of squares, in the linear term.</summary>
    public double L2 { get; init => field = NotNegative(nameof(L2), value); }

    /// <summary>The penalty of squares in the gradient, of the weights as they are.</summary>
    public double L2Shrinkage { get; init => field = NotNegative(nameof(L2Shrinkage), value); }

    /// <summary>Added to the root of the sum of squares, as in the paper.</summary>
    public double Beta { get; init => field = NotNegative(nameof(Beta), value); }

    /// <summary>The last part of the first slots' names; the optimizer's name if null.</summary>
    public string? AccumulatorName { get; init; }

    /// <summary>The last part of the second slots' names; the optimizer's name if null.</summary>
    public string? LinearName { get; init; }

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "accum", (builder, shape, dtype) => builder.Ones(shape, dtype) * InitialAccumulator, AccumulatorName);
            AddSlot(g, variable, "linear", name: LinearName);
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _l1 = Operand.Of(L1).ToTensor(g, DType.Float32, "l1_regularization_strength");
        // The rate as it was given, a number becoming a constant of its own.
        GraphTensor bounded = g.Maximum(LearningRate, 1e-36);
        _l2 = L2 + (Beta / (2.0 * bounded));
        g.Constant(Beta, name: "beta");
        _shrinkage = Operand.Of(L2Shrinkage).ToTensor(g, DType.Float32, "l2_shrinkage_regularization_strength");
        _power = Operand.Of(LearningRatePower).ToTensor(g, DType.Float32, "learning_rate_power");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        Operand[] slots = [Slot(variable, "accum")!.Handle, Slot(variable, "linear")!.Handle];
        Operand[] settings = L2Shrinkage > 0
            ? [As(g, _rate!, variable), As(g, _l1!, variable), As(g, _l2!, variable), As(g, _shrinkage!, variable), As(g, _power!, variable)]
            : [As(g, _rate!, variable), As(g, _l1!, variable), As(g, _l2!, variable), As(g, _power!, variable)];
        return AddUpdate(g, L2Shrinkage > 0 ? "FtrlV2" : "Ftrl", gradient, variable, slots, settings);
    }

    private static double NotNegative(string what, double value) => value >= 0 ? value : throw Wrong(what, "0 or more", value);

    private static ArgumentOutOfRangeException Wrong(string what, string range, double value) => new(what, value, $"{what} must be {range}.");
}
