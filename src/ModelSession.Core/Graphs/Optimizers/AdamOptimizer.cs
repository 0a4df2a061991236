namespace ModelSessions;

/// <summary>Adam (Kingma and Ba, 2015), with epsilon outside of the bias correction. The slots are <c>variable/Adam</c> and
/// <c>variable/Adam_1</c>; the powers of the betas are the variables <c>beta1_power</c> and <c>beta2_power</c>, which change after all
/// updates.</summary>
public class AdamOptimizer : Optimizer
{
    private readonly (Operand Beta1, Operand Beta2, Operand Epsilon) _settings;
    private GraphVariable? _beta1Power;
    private GraphVariable? _beta2Power;
    private GraphTensor? _rate;
    private GraphTensor? _beta1;
    private GraphTensor? _beta2;
    private GraphTensor? _epsilon;

    /// <summary>Adam.</summary>
    /// <param name="learningRate">A tensor or a number; 0.001 if null.</param>
    /// <param name="beta1">How much of the mean gradient stays; 0.9 if null.</param>
    /// <param name="beta2">How much of the mean square stays; 0.999 if null.</param>
    /// <param name="epsilon">Added to the root; 1e-8 if null.</param>
    /// <param name="name">The name of its nodes and slots.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    public AdamOptimizer(
        Operand? learningRate = null, Operand? beta1 = null, Operand? beta2 = null, Operand? epsilon = null, string name = "Adam", bool useLocking = false)
        : base(learningRate ?? 0.001, name, useLocking) => _settings = (beta1 ?? 0.9, beta2 ?? 0.999, epsilon ?? 1e-8);

    /// <inheritdoc/>
    protected override void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variables);
        if (_beta1Power is null)
        {
            // Where the first variable by name is, so that all workers of a cluster mean the same place.
            GraphVariable first = variables.MinBy(variable => variable.Handle.Name, StringComparer.Ordinal)!;
            using GraphScope place = g.ColocateWith(first.Handle.Operation);
            _beta1Power = g.Variable(_settings.Beta1, "beta1_power", trainable: false, resource: first.IsResource);
            _beta2Power = g.Variable(_settings.Beta2, "beta2_power", trainable: false, resource: first.IsResource);
        }

        foreach (GraphVariable variable in variables)
        {
            AddSlot(g, variable, "m");
            AddSlot(g, variable, "v");
        }
    }

    /// <inheritdoc/>
    protected override void Prepare(GraphBuilder g)
    {
        _rate = LearningRate.ToTensor(g, DType.Float32, "learning_rate");
        _beta1 = _settings.Beta1.ToTensor(g, DType.Float32, "beta1");
        _beta2 = _settings.Beta2.ToTensor(g, DType.Float32, "beta2");
        _epsilon = _settings.Epsilon.ToTensor(g, DType.Float32, "epsilon");
    }

    /// <inheritdoc/>
    protected override GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(variable);
        if (gradient.IsSlices)
        {
            return ApplyRows(g, gradient.Values, gradient.Indices!, variable);
        }

        return AddUpdate(
            g,
            "Adam",
            gradient,
            variable,
            [
                Slot(variable, "m")!.Handle,
                Slot(variable, "v")!.Handle,
                Power(g, _beta1Power!, variable),
                Power(g, _beta2Power!, variable),
                As(g, _rate!, variable),
                As(g, _beta1!, variable),
                As(g, _beta2!, variable),
                As(g, _epsilon!, variable),
            ],
            []);
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

    // There is no op for it: the moments of all rows decay, so that rows without a gradient move, too.
    private GraphOperation ApplyRows(GraphBuilder g, GraphTensor values, GraphTensor indices, GraphVariable variable)
    {
        Operand power1 = Power(g, _beta1Power!, variable), power2 = Power(g, _beta2Power!, variable);
        GraphTensor rate = Tensor(g, As(g, _rate!, variable));
        GraphTensor beta1 = Tensor(g, As(g, _beta1!, variable)), beta2 = Tensor(g, As(g, _beta2!, variable));
        GraphTensor epsilon = Tensor(g, As(g, _epsilon!, variable));
        GraphTensor step = rate * g.Add("Sqrt", 1 - Tensor(g, power2)) / (1 - Tensor(g, power1));
        GraphTensor m = Decay(g, Slot(variable, "m")!, beta1, indices, values * (1 - beta1));
        GraphTensor v = Decay(g, Slot(variable, "v")!, beta2, indices, values * values * (1 - beta2));
        GraphTensor root = g.Add("Sqrt", v);
        GraphOperation update = g.AssignSub(variable, step * m / (root + epsilon), useLocking: UseLocking);
        ReadAfter(g, variable, update);
        return g.GroupOperations([update, m.Operation, v.Operation]);
    }

    // slot = slot · beta, then what is added to some rows; the value after both.
    private GraphTensor Decay(GraphBuilder g, GraphVariable slot, GraphTensor beta, GraphTensor indices, GraphTensor added)
    {
        GraphOperation decayed = g.Assign(slot, slot.Read() * beta, useLocking: UseLocking);
        ReadAfter(g, slot, decayed);
        using GraphScope after = g.ControlDependencies(decayed);
        if (!slot.IsResource)
        {
            return g.Add("ScatterAdd", null, new() { ["use_locking"] = UseLocking }, slot.Handle, indices, added);
        }

        using GraphScope then = g.ControlDependencies(g.AddOperation("ResourceScatterAdd", null, null, slot.Handle, indices, added));
        return slot.Read();
    }

    private GraphOperation Multiply(GraphBuilder g, GraphVariable power, GraphTensor beta)
    {
        GraphOperation assign = g.Assign(power, power.Read() * beta, useLocking: UseLocking);
        ReadAfter(g, power, assign);
        return assign;
    }

    // Nobody needs this read; Python adds it, and the names of what follows count it.
    private static void ReadAfter(GraphBuilder g, GraphVariable variable, GraphOperation write)
    {
        if (variable.IsResource)
        {
            using GraphScope after = g.ControlDependencies(write);
            g.ReadVariable(variable);
        }
    }

    private static GraphTensor Tensor(GraphBuilder g, Operand operand) => operand.ToTensor(g, DType.Float32, "value");

    private static Operand Power(GraphBuilder g, GraphVariable power, GraphVariable variable) =>
        power.DType == variable.DType ? power : g.Cast(power, variable.DType);
}
