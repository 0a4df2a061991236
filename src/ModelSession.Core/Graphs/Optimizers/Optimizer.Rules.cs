namespace ModelSessions;

/// <content>What a rule of training, a class that derives from it, says and is given.</content>
public abstract partial class Optimizer
{
    /// <summary>Adds the variables that the updates need.</summary>
    protected virtual void CreateSlots(GraphBuilder g, IReadOnlyList<GraphVariable> variables)
    {
    }

    /// <summary>Adds the constants that all updates share.</summary>
    protected virtual void Prepare(GraphBuilder g)
    {
    }

    /// <summary>Whether slices of the same row may be applied one after the other; else they are added up before.</summary>
    protected virtual bool TakesRepeatedRows => false;

    /// <summary>Updates a variable, or the rows of it that have gradients.</summary>
    /// <param name="g">Adds the nodes, in the scope <c>update_variable</c>.</param>
    /// <param name="gradient">The gradient; slices have each row once, unless <see cref="TakesRepeatedRows"/>.</param>
    /// <param name="variable">The variable.</param>
    protected abstract GraphOperation Apply(GraphBuilder g, Gradient gradient, GraphVariable variable);

    /// <summary>Adds what must follow the updates, and a node that waits for all of it.</summary>
    protected virtual GraphOperation Finish(GraphBuilder g, IReadOnlyList<GraphOperation> updates, string name)
    {
        ArgumentNullException.ThrowIfNull(g);
        return g.GroupOperations(updates, name);
    }

    /// <summary>Adds a variable like another one: <c>model/conv1/weights/Adam</c>; does nothing if the variable has that slot.</summary>
    /// <param name="g">Adds the nodes.</param>
    /// <param name="variable">The variable that is trained.</param>
    /// <param name="slot">The slot's own name.</param>
    /// <param name="initializer">Its first value; zeros if null.</param>
    /// <param name="name">The last part of its name; the optimizer's name if null.</param>
    protected GraphVariable AddSlot(GraphBuilder g, GraphVariable variable, string slot, Initializer? initializer = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        return _slots.Find(variable, slot) ?? _slots.Add(g, variable, slot, initializer ?? Initializers.Zeros, name ?? Name);
    }

    /// <summary>Adds a variable whose first value is a tensor, under another one's name; does nothing if the variable has that slot.</summary>
    /// <param name="g">Adds the nodes.</param>
    /// <param name="variable">The variable that is trained.</param>
    /// <param name="slot">The slot's own name.</param>
    /// <param name="initialValue">Its first value.</param>
    protected GraphVariable AddSlot(GraphBuilder g, GraphVariable variable, string slot, GraphTensor initialValue)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(initialValue);
        return _slots.Find(variable, slot) ?? _slots.Add(g, variable, slot, initialValue, Name);
    }

    /// <summary>A constant of a variable's shape and type, placed where the variable is.</summary>
    protected static GraphTensor ConstantLike(GraphBuilder g, GraphVariable variable, double value)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        using GraphScope place = g.ColocateWith(variable.Handle.Operation);
        return g.Constant(value, variable.DType, variable.Shape);
    }

    /// <summary>Adds one of TensorFlow's training ops: <c>ApplyAdagrad</c>, <c>SparseApplyAdagrad</c>, <c>ResourceApplyAdagrad</c>,
    /// <c>ResourceSparseApplyAdagrad</c>.</summary>
    /// <param name="g">Adds the node.</param>
    /// <param name="rule">The rule: <c>Adagrad</c>.</param>
    /// <param name="gradient">The gradient; slices are two inputs, values and indices.</param>
    /// <param name="variable">The variable, which is the first input.</param>
    /// <param name="before">What stands before the gradient: slots, hyperparameters.</param>
    /// <param name="after">What stands after it.</param>
    /// <param name="attributes">Further attributes.</param>
    protected GraphOperation AddUpdate(
        GraphBuilder g, string rule, Gradient gradient, GraphVariable variable, Operand[] before, Operand[] after, NodeAttributes? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(variable);
        attributes ??= new();
        attributes["use_locking"] = UseLocking;
        string type = (variable.IsResource ? "Resource" : "") + (gradient.IsSlices ? "SparseApply" : "Apply") + rule;
        Operand[] gradients = gradient.IsSlices ? [gradient.Values, gradient.Indices!] : [gradient.Values];
        return g.AddOperation(type, null, attributes, [variable.Handle, .. before, .. gradients, .. after]);
    }

    /// <summary>A hyperparameter in a variable's type.</summary>
    protected static Operand As(GraphBuilder g, GraphTensor value, GraphVariable variable)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(variable);
        return g.Cast(value, variable.DType);
    }
}
