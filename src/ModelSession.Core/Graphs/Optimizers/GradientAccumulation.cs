namespace ModelSessions;

/// <summary>Gradients summed up over several runs, of which the last one makes a step by their mean.</summary>
internal sealed class GradientAccumulation
{
    private readonly int _runs;
    private readonly GraphVariable[] _sums;
    private readonly GraphVariable _count;

    /// <param name="g">Adds the counter.</param>
    /// <param name="runs">How many runs make a step.</param>
    /// <param name="sums">A variable for each gradient, full of zeros.</param>
    public GradientAccumulation(GraphBuilder g, int runs, GraphVariable[] sums)
    {
        _runs = runs;
        _sums = sums;
        using GraphScope place = g.ColocateWith(sums[0].Handle.Operation);
        _count = g.Variable(Tensor.Scalar(0L), "accumulation_count", trainable: false, resource: sums[0].IsResource);
    }

    /// <summary>Adds what each run does: sums, counts, and every so many runs steps and begins anew.</summary>
    /// <param name="g">Adds the nodes.</param>
    /// <param name="updates">The gradients of one run, in the order of the sums.</param>
    /// <param name="name">The name of the operation.</param>
    /// <param name="step">Makes a step by the means.</param>
    public GraphOperation Add(
        GraphBuilder g, (Gradient Gradient, GraphVariable Variable)[] updates, string name, Func<(Gradient Gradient, GraphVariable Variable)[], GraphOperation> step)
    {
        GraphOperation[] sums = [.. updates.Zip(_sums, (update, sum) => AddTo(g, sum, update.Gradient))];
        GraphTensor count;
        using (g.ControlDependencies(sums))
        {
            GraphOperation counted = g.AssignAdd(_count, 1);
            using GraphScope after = g.ControlDependencies(counted);
            count = _count.IsResource ? _count.Read() : counted.Outputs[0];
        }

        GraphTensor full = (count % _runs).Equal(0);
        GraphOperation branch = g.Cond<GraphOperation>(full, () => StepAndClear(g, updates, step), () => g.NoOp());
        return g.GroupOperations([branch], name);
    }

    private GraphOperation AddTo(GraphBuilder g, GraphVariable sum, Gradient gradient)
    {
        using GraphScope place = g.ColocateWith(sum.Handle.Operation);
        GraphTensor part = g.Divide(gradient.Values, _runs);
        return !gradient.IsSlices
            ? g.AssignAdd(sum, part)
            : g.AddOperation(sum.IsResource ? "ResourceScatterAdd" : "ScatterAdd", null, null, sum.Handle, gradient.Indices!, part);
    }

    // All of this runs behind the predicate, so behind the sums.
    private GraphOperation StepAndClear(
        GraphBuilder g, (Gradient Gradient, GraphVariable Variable)[] updates, Func<(Gradient Gradient, GraphVariable Variable)[], GraphOperation> step)
    {
        (Gradient Gradient, GraphVariable Variable)[] means =
            [.. updates.Zip(_sums, (update, sum) => (Gradient.Of(sum.IsResource ? sum.Read() : g.Identity(sum.Handle, "sum"))!, update.Variable))];
        GraphOperation stepped = step(means);
        using GraphScope after = g.ControlDependencies(stepped);
        return g.GroupOperations([.. _sums.Select(sum => g.Assign(sum, g.Zeros(sum.Shape, sum.DType)))]);
    }
}
