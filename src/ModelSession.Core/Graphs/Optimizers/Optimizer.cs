namespace ModelSessions;

/// <summary>Adds nodes that train variables: gradients of a loss, and an update for each variable.</summary>
/// <remarks>One optimizer is for one graph: its slots are variables of that graph.</remarks>
public abstract class Optimizer
{
    private readonly Dictionary<(string Slot, string Variable), GraphVariable> _slots = [];

    /// <summary>An optimizer whose slots and nodes have a name.</summary>
    /// <param name="learningRate">A tensor, as a placeholder to be fed; or a number.</param>
    /// <param name="name">The name: <c>Adam</c>.</param>
    protected Optimizer(Operand learningRate, string name)
    {
        LearningRate = learningRate;
        Name = name;
    }

    /// <summary>The name of its nodes and the last part of its slots' names.</summary>
    public string Name { get; }

    /// <summary>The learning rate as it was given.</summary>
    protected Operand LearningRate { get; }

    /// <summary>Nodes that make one step down a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="stepCounter">A variable that each step adds 1 to, after all updates; none if null.</param>
    /// <param name="variables">What is trained; all trainable variables if null.</param>
    /// <param name="name">The name of the train op; the optimizer's name if null.</param>
    /// <returns>The train op, which is added to the collection <c>train_op</c>.</returns>
    /// <exception cref="GraphException">There are no variables, or the loss depends on none of them.</exception>
    public GraphOperation Minimize(GraphTensor loss, GraphVariable? stepCounter = null, IReadOnlyList<GraphVariable>? variables = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return ApplyGradients(ComputeGradients(loss, variables), stepCounter, name);
    }

    /// <summary>The first half of <see cref="Minimize"/>: the gradients, each gated behind the others of its operation.</summary>
    public static IReadOnlyList<(Gradient? Gradient, GraphVariable Variable)> ComputeGradients(GraphTensor loss, IReadOnlyList<GraphVariable>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        variables ??= loss.Graph.Builder.Variables(CollectionKeys.TrainableVariables);
        if (variables.Count == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, "The graph has no trainable variables.");
        }

        IReadOnlyList<Gradient?> gradients = Gradients.Of([loss], [.. variables.Select(variable => variable.Handle)], gate: true);
        return gradients.Zip(variables).ToArray();
    }

    /// <summary>The second half of <see cref="Minimize"/>: the updates. Gradients may have been changed in between.</summary>
    public GraphOperation ApplyGradients(
        IReadOnlyList<(Gradient? Gradient, GraphVariable Variable)> gradients, GraphVariable? stepCounter = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        (Gradient Gradient, GraphVariable Variable)[] updates = [.. gradients.Where(pair => pair.Gradient is not null).Select(pair => (pair.Gradient!, pair.Variable))];
        if (updates.Length == 0)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The loss depends on none of the variables {string.Join(", ", gradients.Select(pair => $"'{pair.Variable.Name}'"))}.");
        }

        GraphBuilder g = updates[0].Variable.Graph.Builder;
        using (g.NoControlDependencies())
        {
            CreateSlots(g, [.. updates.Select(update => update.Variable)]);
        }

        GraphOperation trainOp;
        using (GraphScope scope = g.NameScope(name ?? Name))
        {
            Prepare(g);
            GraphOperation[] operations = [.. updates.Select(update => Update(g, update.Gradient, update.Variable))];
            trainOp = stepCounter is null ? Finish(g, operations, scope.Name) : CountStep(g, Finish(g, operations, "update"), stepCounter, scope.Name);
        }

        g.AddToCollection(CollectionKeys.TrainOp, trainOp);
        return trainOp;
    }

    /// <summary>A slot of a variable, by the slot's own name (<c>m</c>); null if there is none.</summary>
    public GraphVariable? Slot(GraphVariable variable, string slot)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return _slots.GetValueOrDefault((slot, variable.Name));
    }

    /// <summary>Adds the variables that the updates need.</summary>
    protected virtual void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
    }

    /// <summary>Adds the constants that all updates share.</summary>
    protected abstract void Prepare(GraphBuilder g);

    /// <summary>Updates a variable by a whole gradient.</summary>
    protected abstract GraphOperation ApplyDense(GraphBuilder g, GraphTensor gradient, GraphVariable variable);

    /// <summary>Whether slices of the same row may be applied one after the other; else they are added up before.</summary>
    protected virtual bool TakesRepeatedRows => false;

    /// <summary>Updates the rows of a variable that have gradients.</summary>
    /// <param name="g">Adds the nodes.</param>
    /// <param name="values">The gradients of rows.</param>
    /// <param name="indices">The row of each.</param>
    /// <param name="variable">The variable.</param>
    protected abstract GraphOperation ApplySparse(GraphBuilder g, GraphTensor values, GraphTensor indices, GraphVariable variable);

    /// <summary>Adds what must follow the updates, and a node that waits for all of it.</summary>
    protected virtual GraphOperation Finish(GraphBuilder g, IReadOnlyList<GraphOperation> updates, string name)
    {
        ArgumentNullException.ThrowIfNull(g);
        return g.GroupOperations(updates, name);
    }

    /// <summary>Adds a variable like another one, full of zeros: <c>model/conv1/weights/Adam</c>.</summary>
    protected void AddZeroSlot(GraphBuilder g, GraphVariable variable, string slot)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        if (_slots.ContainsKey((slot, variable.Name)))
        {
            return;
        }

        using GraphScope top = g.NameScope(null);
        using GraphScope place = g.ColocateWith(variable.Handle.Operation);
        _slots[(slot, variable.Name)] = g.Variable(
            $"{variable.Name}/{Name}", variable.Shape, Initializers.Zeros, variable.DType, trainable: false, resource: variable.IsResource);
    }

    /// <summary>A hyperparameter in a variable's type.</summary>
    protected static Operand As(GraphBuilder g, GraphTensor value, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        return g.Cast(value, variable.DType);
    }

    private GraphOperation Update(GraphBuilder g, Gradient gradient, GraphVariable variable)
    {
        using GraphScope scope = g.NameScope("update_" + variable.Name);
        using GraphScope place = g.ColocateWith(variable.Handle.Operation);
        return !gradient.IsSlices ? ApplyDense(g, gradient.Values, variable)
            : TakesRepeatedRows ? ApplySparse(g, gradient.Values, gradient.Indices!, variable)
            : ApplyOnce(g, gradient.Values, gradient.Indices!, variable);
    }

    private GraphOperation ApplyOnce(GraphBuilder g, GraphTensor values, GraphTensor indices, GraphVariable variable)
    {
        GraphOperation unique = g.AddOperation("Unique", null, null, indices);
        GraphTensor count = g.Element(g.ShapeOf(unique.Outputs[0]), 0);
        return ApplySparse(g, g.Add("UnsortedSegmentSum", values, unique.Outputs[1], count), unique.Outputs[0], variable);
    }

    private static GraphOperation CountStep(GraphBuilder g, GraphOperation updates, GraphVariable counter, string name)
    {
        using GraphScope after = g.ControlDependencies(updates);
        using GraphScope place = g.ColocateWith(counter.Handle.Operation);
        return g.AssignAdd(counter, 1, name);
    }
}
