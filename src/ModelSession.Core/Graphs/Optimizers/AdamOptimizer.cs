namespace ModelSessions;

/// <summary>Adam (Kingma and Ba, 2015), with epsilon outside of the bias correction. The slots are <c>variable/Adam</c> and
/// <c>variable/Adam_1</c>; the powers of the betas are the variables <c>beta1_power</c> and <c>beta2_power</c>, which change after all
/// updates.</summary>
public sealed class AdamOptimizer : Optimizer
{
    private readonly (double Beta1, double Beta2, double Epsilon) _settings;
    private GraphVariable? _beta1Power;
    private GraphVariable? _beta2Power;
    private GraphTensor? _rate;
    private GraphTensor? _beta1;
    private GraphTensor? _beta2;
    private GraphTensor? _epsilon;

    /// <summary>Adam.</summary>
    public AdamOptimizer(Operand learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, string name = "Adam")
        : base(learningRate, name) => _settings = (beta1, beta2, epsilon);

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variables);
        if (_beta1Power is null)
        {
            // Where the first variable by name is, so that all workers of a cluster mean the same place.
            GraphVariable first = variables.MinBy(variable => variable.Name, StringComparer.Ordinal)!;
            using GraphScope place = g.ColocateWith(first.Handle.Operation);
            _beta1Power = g.Variable(_settings.Beta1, "beta1_power", trainable: false, resource: first.IsResource);
            _beta2Power = g.Variable(_settings.Beta2, "beta2_power", trainable: false, resource: first.IsResource);
        }

        foreach (GraphVariable variable in variables)
        {
            AddZeroSlot(g, variable, "m");
            AddZeroSlot(g, variable, "v");
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _beta1 = Operand.Of(_settings.Beta1).ToTensor(g, DType.Float32, "beta1");
        _beta2 = Operand.Of(_settings.Beta2).ToTensor(g, DType.Float32, "beta2");
        _epsilon = Operand.Of(_settings.Epsilon).ToTensor(g, DType.Float32, "epsilon");
    }

    /// <inheritdoc/>
    protected override GraphOperation ApplyDense(GraphBuilder g, GraphTensor gradient, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        return g.AddOperation(
            variable.IsResource ? "ResourceApplyAdam" : "ApplyAdam",
            null,
            null,
            variable.Handle,
            Slot(variable, "m")!.Handle,
            Slot(variable, "v")!.Handle,
            Power(g, _beta1Power!, variable),
            Power(g, _beta2Power!, variable),
            As(g, _rate!, variable),
            As(g, _beta1!, variable),
            As(g, _beta2!, variable),
            As(g, _epsilon!, variable),
            gradient);
    }

    // There is no op for it: the moments of all rows decay, so that rows without a gradient move, too.
    /// <inheritdoc/>
    protected override GraphOperation ApplySparse(GraphBuilder g, GraphTensor values, GraphTensor indices, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(variable);
        GraphTensor power1 = Tensor(g, Power(g, _beta1Power!, variable)), power2 = Tensor(g, Power(g, _beta2Power!, variable));
        GraphTensor rate = Tensor(g, As(g, _rate!, variable)), epsilon = Tensor(g, As(g, _epsilon!, variable));
        GraphTensor beta1 = Tensor(g, As(g, _beta1!, variable)), beta2 = Tensor(g, As(g, _beta2!, variable));
        GraphTensor step = rate * g.Add("Sqrt", 1 - power2) / (1 - power1);
        GraphTensor m = Decay(g, Slot(variable, "m")!, beta1, indices, values * (1 - beta1));
        GraphTensor v = Decay(g, Slot(variable, "v")!, beta2, indices, values * values * (1 - beta2));
        GraphOperation update = g.AssignSub(variable, step * m / (g.Add("Sqrt", v) + epsilon));
        return g.GroupOperations([update, m.Operation, v.Operation]);
    }

    /// <inheritdoc/>
    protected override GraphOperation Finish(GraphBuilder g, IReadOnlyList<GraphOperation> updates, string name)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(updates);
        GraphOperation first, second;
        using (g.ControlDependencies(updates))
        using (g.ColocateWith(_beta1Power!.Handle.Operation))
        {
            first = Multiply(g, _beta1Power, _beta1!);
            second = Multiply(g, _beta2Power!, _beta2!);
        }

        return g.GroupOperations([.. updates, first, second], name);
    }

    // slot = slot · beta, then what is added to some rows; the value after both.
    private static GraphTensor Decay(GraphBuilder g, GraphVariable slot, GraphTensor beta, GraphTensor indices, GraphTensor added)
    {
        GraphOperation decayed = g.Assign(slot, slot.Read() * beta, useLocking: false);
        using GraphScope after = g.ControlDependencies(decayed);
        GraphOperation scatter = g.AddOperation(slot.IsResource ? "ResourceScatterAdd" : "ScatterAdd", null, null, slot.Handle, indices, added);
        if (!slot.IsResource)
        {
            return scatter.Outputs[0];
        }

        using GraphScope then = g.ControlDependencies(scatter);
        return g.ReadVariable(slot);
    }

    private static GraphTensor Tensor(GraphBuilder g, Operand operand) => operand.ToTensor(g, DType.Float32, "value");

    private static GraphOperation Multiply(GraphBuilder g, GraphVariable power, GraphTensor beta)
    {
        GraphOperation assign = g.Assign(power, power.Read() * beta, useLocking: false);
        if (power.IsResource)
        {
            // Nobody needs this read; Python adds it, and the names of what follows count it.
            using GraphScope after = g.ControlDependencies(assign);
            g.ReadVariable(power);
        }

        return assign;
    }

    private static Operand Power(GraphBuilder g, GraphVariable power, GraphVariable variable) =>
        power.DType == variable.DType ? power : g.Cast(power, variable.DType);
}
