using ModelSessions.Graphs.Gradients;

namespace ModelSessions;

/// <summary>Adds nodes that train variables: gradients of a loss, and an update for each variable.</summary>
/// <remarks>One optimizer is for one graph: its slots are variables of that graph.</remarks>
public abstract partial class Optimizer
{
    private readonly OptimizerSlots _slots = new();
    private GraphTensor? _weightDecay;

    /// <summary>An optimizer whose slots and nodes have a name.</summary>
    /// <param name="learningRate">A tensor, as a placeholder to be fed; or a number.</param>
    /// <param name="name">The name: <c>Adam</c>.</param>
    /// <param name="useLocking">Whether updates of a variable wait for each other.</param>
    protected Optimizer(Operand learningRate, string name, bool useLocking = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        LearningRate = learningRate;
        Name = name;
        UseLocking = useLocking;
    }

    /// <summary>The name of its nodes and the last part of its slots' names.</summary>
    public string Name { get; }

    /// <summary>Whether updates of a variable wait for each other.</summary>
    public bool UseLocking { get; }

    /// <summary>What is taken from a variable before each update, as a part of it; none if null. It is not scaled by the learning rate, as in
    /// <c>tf.contrib.opt.extend_with_decoupled_weight_decay</c>. Of a variable with gradients for some rows, only these decay.</summary>
    public Operand? WeightDecay { get; init; }

    /// <summary>The variables that decay; all that are trained if null.</summary>
    public IReadOnlyCollection<GraphVariable>? DecayedVariables { get; init; }

    /// <summary>How many runs of the train op make one step. Gradients are summed up in variables (<c>variable/Accumulation</c>), and each so many runs
    /// their mean is applied and the step counted: small batches train like one large batch whose loss is the mean of theirs. Slices of rows are
    /// summed up as whole tensors.</summary>
    public int AccumulatedSteps
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(AccumulatedSteps), value, "One run or more makes a step.");
    }
    = 1;

    /// <summary>The names that its slots have by themselves, sorted: <c>m</c>, <c>v</c>.</summary>
    public IReadOnlyList<string> SlotNames => _slots.Names;

    /// <summary>The learning rate as it was given.</summary>
    protected Operand LearningRate { get; }

    /// <summary>Nodes that make one step down a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="stepCounter">A variable that each step adds 1 to, after all updates; none if null.</param>
    /// <param name="variables">What is trained; all trainable variables if null.</param>
    /// <param name="gating">What waits for what.</param>
    /// <param name="colocate">Whether gradients are placed where their operations are.</param>
    /// <param name="name">The name of the train op; the optimizer's name if null.</param>
    /// <returns>The train op, which is added to the collection <c>train_op</c>.</returns>
    /// <exception cref="GraphException">There are no variables, or the loss depends on none of them.</exception>
    public GraphOperation Minimize(
        GraphTensor loss,
        GraphVariable? stepCounter = null,
        GraphVariable[]? variables = null,
        string? name = null,
        GradientGating gating = GradientGating.Operation,
        bool colocate = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return ApplyGradients(ComputeGradients(loss, variables, gating, colocate), stepCounter, name);
    }

    /// <summary>The first half of <see cref="Minimize"/>: the gradients.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="variables">What is trained; all trainable variables if null.</param>
    /// <param name="gating">What waits for what.</param>
    /// <param name="colocate">Whether gradients are placed where their operations are.</param>
    /// <param name="lossGradient">The gradient of the loss; 1 if null.</param>
    public virtual VariableGradient[] ComputeGradients(
        GraphTensor loss,
        GraphVariable[]? variables = null,
        GradientGating gating = GradientGating.Operation,
        bool colocate = false,
        GraphTensor? lossGradient = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        variables ??= [.. loss.Graph.Builder.Variables(CollectionKeys.TrainableVariables)];
        if (variables.Length == 0)
        {
            // Patterns that found nothing say more.
            loss.Graph.Builder.Trainable?.Check();
            throw new GraphException(StatusCode.InvalidArgument, "The graph has no trainable variables.");
        }

        if (variables.FirstOrDefault(variable => !variable.DType.IsFloating() && !variable.DType.IsComplex()) is { } odd)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{odd.Name}' is {odd.DType.Name()}; optimizers train floating-point variables.", odd.Name);
        }

        IReadOnlyList<Gradient?> gradients = Gradients.Of(
            [loss], [.. variables.Select(variable => variable.Handle)], [lossGradient], gate: gating == GradientGating.Operation, colocate: colocate);
        if (gating == GradientGating.Graph && gradients.Any(gradient => gradient is not null))
        {
            gradients = GradientGate.Behind(loss.Graph.Builder, gradients);
        }

        return [.. gradients.Zip(variables, (gradient, variable) => new VariableGradient(gradient, variable))];
    }

    /// <summary>The second half of <see cref="Minimize"/>: the updates. Gradients may have been changed in between.</summary>
    /// <param name="gradients">The gradients; variables whose gradient is null are left alone.</param>
    /// <param name="stepCounter">A variable that each step adds 1 to, after all updates; none if null.</param>
    /// <param name="name">The name of the train op; the optimizer's name if null.</param>
    /// <returns>The train op, which is added to the collection <c>train_op</c>.</returns>
    /// <exception cref="GraphException">There are no gradients.</exception>
    public virtual GraphOperation ApplyGradients(VariableGradient[] gradients, GraphVariable? stepCounter = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        (Gradient Gradient, GraphVariable Variable)[] updates =
            [.. gradients.Where(pair => pair.Gradient is not null).Select(pair => (pair.Gradient!, pair.Variable))];
        if (updates.Length == 0)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The loss depends on none of the variables {string.Join(", ", gradients.Select(pair => $"'{pair.Variable.Name}'"))}.");
        }

        GraphBuilder g = updates[0].Variable.Graph.Builder;
        GradientAccumulation? accumulation = null;
        using (g.NoControlDependencies())
        {
            CreateSlots(g, [.. updates.Select(update => update.Variable)]);
            if (AccumulatedSteps > 1)
            {
                accumulation = new(g, AccumulatedSteps, [.. updates.Select(update => AddSlot(g, update.Variable, "accumulation", name: "Accumulation"))]);
            }
        }

        GraphOperation trainOp;
        using (GraphScope scope = g.NameScope(name ?? Name))
        {
            trainOp = accumulation is null
                ? Step(g, updates, stepCounter, scope.Name)
                : accumulation.Add(g, updates, scope.Name, means => Step(g, means, stepCounter, null));
        }

        g.AddToCollection(CollectionKeys.TrainOp, trainOp);
        return trainOp;
    }

    /// <summary>A slot of a variable, by the slot's own name (<c>m</c>); null if there is none.</summary>
    public GraphVariable? Slot(GraphVariable variable, string slot)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return _slots.Find(variable, slot);
    }

    private GraphOperation Step(GraphBuilder g, (Gradient Gradient, GraphVariable Variable)[] updates, GraphVariable? stepCounter, string? name)
    {
        _weightDecay = WeightDecay?.ToTensor(g, DType.Float32, "weight_decay");
        Prepare(g);
        GraphOperation[] operations = [.. updates.Select(update => Update(g, update.Gradient, update.Variable))];
        return stepCounter is null ? Finish(g, operations, name ?? "update") : CountStep(g, Finish(g, operations, "update"), stepCounter, name);
    }

    private GraphOperation Update(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        using GraphScope scope = g.NameScope("update_" + variable.Name);
        using GraphScope place = g.ColocateWith(variable.Handle.Operation);
        Gradient once = gradient.IsSlices && !TakesRepeatedRows ? AddRows(g, gradient) : gradient;
        GraphOperation updated;
        if (_weightDecay is null || DecayedVariables?.Any(decayed => decayed.Name == variable.Name) == false)
        {
            updated = Apply(g, once, variable);
        }
        else
        {
            using GraphScope decayed = g.ControlDependencies(DecoupledWeightDecay.Add(g, _weightDecay, once, variable, UseLocking));
            updated = Apply(g, once, variable);
        }

        return g.ConstraintOf(variable) is { } constraint ? Constrain(g, updated, once, variable, constraint) : updated;
    }

    private static GraphOperation Constrain(GraphBuilder g, GraphOperation updated, Gradient gradient, GraphVariable variable, Constraint constraint)
    {
        if (gradient.IsSlices)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{variable.Name}' has a constraint, which is for the whole variable, and a gradient for some of its rows only.", variable.Name);
        }

        using GraphScope after = g.ControlDependencies(updated);
        return g.Assign(variable, constraint(g, variable));
    }

    // The slices of each row added up.
    private static Gradient AddRows(GraphBuilder g, Gradient slices)
    {
        GraphOperation unique = g.AddOperation("Unique", null, null, slices.Indices!);
        GraphTensor count = g.Element(g.ShapeOf(unique.Outputs[0]), 0);
        return Gradient.OfSlices(g.Add("UnsortedSegmentSum", slices.Values, unique.Outputs[1], count), unique.Outputs[0], slices.DenseShape!);
    }

    private static GraphOperation CountStep(GraphBuilder g, GraphOperation updates, GraphVariable counter, string? name)
    {
        using GraphScope after = g.ControlDependencies(updates);
        using GraphScope place = g.ColocateWith(counter.Handle.Operation);
        return g.AssignAdd(counter, 1, name);
    }
}
