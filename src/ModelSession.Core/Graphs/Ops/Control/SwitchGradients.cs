using ModelSessions.Graphs.Gradients;

namespace ModelSessions.Graphs.Ops;

/// <summary>Gradients where ways part and meet: they go the other way round.</summary>
internal static class SwitchGradients
{
    /// <summary>The gradient of what goes one of two ways: the one that comes back.</summary>
    public static Gradient?[] OfSwitch(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        if (FlowMap.IsLoopSwitch(op) && g.State.Flow is BackwardLoop loop)
        {
            return [OfLoopVariable(g, op, dy, loop.Gradient), null];
        }

        return [dy[0] is null || dy[1] is null ? null : Join(g, dy!), null];
    }

    /// <summary>The gradients of what met: each takes the way that its value came.</summary>
    public static Gradient?[] OfMerge(GraphBuilder g, GraphOperation op, Gradient?[] dy)
    {
        if (dy[0] is not { } gradient)
        {
            return new Gradient?[op.Inputs.Count];
        }

        if (op.Inputs.Any(input => FlowMap.IsNextIteration(input.Operation)) && g.State.Flow is BackwardLoop loop)
        {
            Gradient[] ways = Part(g, Gradient.Of(gradient.ToDense(g))!, loop.Condition!, null);
            return [.. op.Inputs.Select(input => ways[FlowMap.IsNextIteration(input.Operation) ? 1 : 0])];
        }

        return Branches(g, op) is { } branches
            ? OfCondition(g, gradient, branches)
            : [.. op.Inputs.Select((_, i) => Part(g, gradient, op.Outputs[1].Equal(i), null)[1])];
    }

    // The gradient comes in at the exit, and goes round from where the body has it.
    private static Gradient? OfLoopVariable(GraphBuilder g, GraphOperation op, Gradient?[] dy, LoopGradient loop)
    {
        if (dy[1] is { } round && loop.Close(op, round.ToDense(g)))
        {
            return null;
        }

        return dy[0] is { } entering ? Gradient.Of(loop.Begin(op, entering.ToDense(g))) : null;
    }

    private static Gradient?[] OfCondition(GraphBuilder g, Gradient gradient, BranchContext[] branches)
    {
        Gradient[] ways = Part(g, gradient, branches[0].Predicate, "cond_grad");
        return Array.ConvertAll(branches, branch => ways[branch.Branch]);
    }

    // The two sides of the condition whose results meet in a Merge; null if it is no such pair.
    private static BranchContext[]? Branches(GraphBuilder g, GraphOperation merge)
    {
        FlowMap map = g.State.FlowGradients!.Map;
        FlowContext? around = map.Of(merge);
        BranchContext?[] branches = [.. merge.Inputs.Select(input => SideBelow(map.Of(input), around))];
        return branches is [{ } first, { } second] && first.Predicate == second.Predicate && first.Branch != second.Branch ? [first, second] : null;
    }

    private static BranchContext? SideBelow(FlowContext? context, FlowContext? around)
    {
        while (context is not null && context.Outer != around)
        {
            context = context.Outer;
        }

        return context as BranchContext;
    }

    private static Gradient[] Part(GraphBuilder g, Gradient gradient, GraphTensor predicate, string? name)
    {
        GraphTensor[] Sides(GraphTensor tensor)
        {
            using GraphScope place = g.ColocateOnlyWith(tensor.Operation);
            return [.. g.AddOperation("Switch", name, null, tensor, predicate).Outputs];
        }

        GraphTensor[] values = Sides(gradient.Values);
        if (!gradient.IsSlices)
        {
            return Array.ConvertAll(values, side => Gradient.Of(side)!);
        }

        GraphTensor[] indices = Sides(gradient.Indices!), shapes = Sides(gradient.DenseShape!);
        return [Gradient.OfSlices(values[0], indices[0], shapes[0]), Gradient.OfSlices(values[1], indices[1], shapes[1])];
    }

    private static Gradient Join(GraphBuilder g, Gradient[] sides)
    {
        GraphTensor Meet(Func<Gradient, GraphTensor> part) => g.Add("Merge", "cond_grad", null, [.. sides.Select(side => (Operand)part(side))]);

        if (!sides.Any(side => side.IsSlices))
        {
            return Gradient.Of(Meet(side => side.Values))!;
        }

        DType indexType = sides.Any(side => side.Indices?.DType == DType.Int64) ? DType.Int64 : DType.Int32;
        DType shapeType = sides.First(side => side.IsSlices).DenseShape!.DType;
        sides = [.. sides.Select(side => side.ToSlices(g, indexType))];
        return Gradient.OfSlices(Meet(side => side.Values), Meet(side => side.Indices!), Meet(side => g.Cast(side.DenseShape!, shapeType)));
    }
}
