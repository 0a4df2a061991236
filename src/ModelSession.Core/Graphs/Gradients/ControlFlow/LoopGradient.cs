namespace ModelSessions.Graphs.Gradients;

/// <summary>A loop and the one that goes back for its gradients. The first counts its iterations and puts what the second needs on stacks;
/// the second does as many and takes it from there, last first. These are the nodes that TensorFlow's Python adds.</summary>
internal sealed class LoopGradient
{
    private readonly FlowMap _map;
    private readonly GraphBuilder _g;
    private readonly Dictionary<GraphTensor, GraphTensor> _recalled = [];
    private readonly Dictionary<GraphOperation, GraphTensor> _merges = [];
    private readonly List<GraphOperation> _pushes = [];
    private readonly List<GraphOperation> _pushesInBranches = [];
    private readonly List<GraphOperation> _pops = [];
    private string? _pushTrigger;
    private string? _popTrigger;
    private readonly (GraphTensor Merge, GraphTensor Next, string Name) _forwardCounter;
    private readonly (GraphTensor Merge, GraphTensor Next, string Name) _backwardCounter;

    public LoopGradient(FlowMap map, LoopContext forward, LoopGradient? outer)
    {
        (_map, _g) = (map, map.Builder);
        (Forward, Outer) = (forward, outer);
        PendingExits = forward.Exits.Count;
        GraphTensor count;
        using (_g.Flow(forward.Outer))
        {
            _forwardCounter = CountForward(out count);
        }

        Backward = new BackwardLoop(map, outer is null ? forward.Outer : outer.Backward, _g.UniqueName(forward.Frame), this);
        using (_g.Flow(Backward.Outer))
        {
            _backwardCounter = CountBackward(count);
        }
    }

    /// <summary>The loop that is differentiated.</summary>
    public LoopContext Forward { get; }

    /// <summary>The loop that goes back.</summary>
    public BackwardLoop Backward { get; }

    /// <summary>The same for the loop around it; null if none is.</summary>
    public LoopGradient? Outer { get; }

    /// <summary>The exits whose gradients are not settled yet.</summary>
    public int PendingExits { get; set; }

    /// <summary>Exits that have been reached.</summary>
    public List<GraphTensor> ReachedExits { get; } = [];

    /// <summary>Exits that no gradient comes to.</summary>
    public List<GraphTensor> UnusedExits { get; } = [];

    /// <summary>A value of the forward loop, of the same iteration, as the backward loop may take it.</summary>
    public GraphTensor Recall(GraphTensor value)
    {
        if (!_recalled.TryGetValue(value, out GraphTensor? recalled))
        {
            _recalled[value] = recalled = Find(value);
        }

        return recalled;
    }

    /// <summary>The gradient of a variable where an iteration begins, which is where the backward loop's iteration ends.</summary>
    /// <param name="forward">The Switch of the variable.</param>
    /// <param name="entering">The gradient that comes in at the variable's exit.</param>
    /// <returns>What goes round.</returns>
    public GraphTensor Begin(GraphOperation forward, GraphTensor entering)
    {
        GraphTensor merge = _g.Add("Merge", "b_switch", null, entering, entering);
        _merges.Add(forward, merge);
        return merge;
    }

    /// <summary>Closes the way round of a variable's gradient; false if it has not begun.</summary>
    public bool Close(GraphOperation forward, GraphTensor gradient)
    {
        if (!_merges.TryGetValue(forward, out GraphTensor? merge))
        {
            return false;
        }

        merge.Operation.CloseLoop(1, _g.Add("NextIteration", gradient));
        return true;
    }

    /// <summary>Sums up, over the iterations, the gradient of a value that was the same in all of them.</summary>
    /// <param name="source">The value before it entered the loop.</param>
    /// <param name="gradient">The gradient in one iteration.</param>
    public GraphTensor Sum(GraphTensor source, GraphTensor gradient)
    {
        GraphTensor zero;
        using (_g.Flow(Backward.Outer))
        {
            Shape known = source.DType == DType.Resource || gradient.Shape.IsFullyDefined ? gradient.Shape : source.Shape;
            zero = known.IsFullyDefined
                ? _g.Constant(0, gradient.DType, known, "b_acc")
                : _g.Zeros(_g.State.FlowGradients!.ShapeOf(source), gradient.DType);
        }

        return Accumulate(zero, sum => _g.Add("AddV2", "Add", null, sum, gradient));
    }

    /// <summary>As <see cref="Sum"/>, of slices: those of all iterations, behind a row of zeros for a loop without any.</summary>
    public Gradient SumOfSlices(GraphTensor source, Gradient gradient)
    {
        GraphTensor values, indices, whole;
        using (_g.Flow(Backward.Outer))
        {
            whole = _g.Cast(_g.State.FlowGradients!.ShapeOf(source), gradient.DenseShape!.DType);
            GraphTensor row = _g.Concat([_g.Cast(_g.Constant(Tensor.From(1)), whole.DType), _g.Range(whole, 1, null)], 0);
            values = _g.Zeros(row, gradient.Values.DType);
            indices = _g.Constant(0, gradient.Indices!.DType, [1]);
        }

        return Gradient.OfSlices(
            Accumulate(values, sum => _g.Concat([sum, gradient.Values], 0)),
            Accumulate(indices, sum => _g.Concat([sum, gradient.Indices], 0)),
            // TensorFlow begins with zeros, and a loop without iterations then has a row outside of its shape.
            Accumulate(whole, sum => _g.Add("Maximum", gradient.DenseShape, sum)));
    }

    /// <summary>Adds what can be added only when all is known that goes into it: order between iterations, ways round.</summary>
    public void Finish()
    {
        foreach (GraphTensor merge in _merges.Values.Where(merge => merge.Operation.Inputs[0] == merge.Operation.Inputs[1]))
        {
            CloseWithZeros(merge);
        }

        List<GraphOperation> after = [.. _pushes];
        if (_pushesInBranches.Count > 0)
        {
            after.Add(Trigger(Forward, _pushTrigger!, _pushesInBranches));
        }

        Round(Forward, _forwardCounter, after);
        Round(Backward, _backwardCounter, _pops.Count > 0 ? [Trigger(Backward, _popTrigger!, _pops)] : []);
    }

    private GraphTensor Accumulate(GraphTensor first, Func<GraphTensor, GraphTensor> add)
    {
        GraphTensor enter = Backward.Enter(Backward.Outer?.Bring(first) ?? first, isConstant: false, "b_acc");
        GraphTensor merge = _g.Add("Merge", "b_acc", null, enter, enter);
        GraphOperation way = _g.AddOperation("Switch", null, null, merge, Backward.Condition!);
        merge.Operation.CloseLoop(1, _g.Add("NextIteration", add(way.Outputs[1])));
        return Backward.Exit(way.Outputs[0], "b_acc");
    }

    private GraphTensor Find(GraphTensor value)
    {
        GraphTensor source = value;
        LoopGradient? pair = this;
        while (FlowMap.ConstantEnterOf(source) is { } enter)
        {
            source = enter.Inputs[0];
            pair = pair.Outer;
            if (pair is null)
            {
                // The same in all iterations of all loops.
                return Backward.Bring(source);
            }
        }

        if (source.Operation.Type == "Const")
        {
            using GraphScope inside = _g.Flow(Backward);
            return _g.Add("Const", null, NodeAttributes.From(source.Operation, "value", "dtype"));
        }

        GraphTensor kept = pair.Pop(pair.Push(source, _map.Of(source)), source, _map.Of(source));
        return pair == this ? kept : Backward.Bring(kept);
    }

    // A stack to which every iteration of the forward loop adds the value.
    private GraphTensor Push(GraphTensor value, FlowContext? context)
    {
        GraphTensor stack;
        using (_g.Flow(null))
        using (_g.ColocateWith(value.Operation))
        {
            GraphTensor size = _g.Constant(Tensor.Scalar(-1));
            stack = _g.Add("StackV2", "f_acc", new() { ["elem_type"] = value.DType }, size);
        }

        GraphTensor inside = Forward.Bring(stack);
        using GraphScope place = _g.Flow(context);
        using GraphScope after = _g.ControlDependencies(_forwardCounter.Next.Operation);
        GraphOperation push = _g.AddOperation("StackPushV2", null, new() { ["swap_memory"] = Forward.SwapsMemory }, inside, value);
        (context == Forward ? _pushes : _pushesInBranches).Add(push);
        if (context != Forward)
        {
            _pushTrigger ??= _g.UniqueName("f_sync");
        }

        return stack;
    }

    // What was pushed in a branch is there only where the branch was taken.
    private GraphTensor Pop(GraphTensor stack, GraphTensor value, FlowContext? context)
    {
        while (context is not (null or BranchContext) && context != Forward)
        {
            context = context.Outer;
        }

        using GraphScope inside = _g.Flow(Backward);
        if (context is BranchContext branch)
        {
            stack = _g.AddOperation("Switch", null, null, stack, branch.Predicate).Outputs[branch.Branch];
        }

        GraphTensor top = _g.Add("StackPopV2", null, new() { ["elem_type"] = value.DType }, stack);
        top.MergeShape(value.Shape);
        if (Forward.ParallelIterations > 1)
        {
            AwaitPop(top.Operation);
        }

        return top;
    }

    private (GraphTensor Merge, GraphTensor Next, string Name) CountForward(out GraphTensor count)
    {
        // What one run of an inner loop pushes comes before what the next one does.
        using GraphScope? after = Outer is null ? null : _g.ControlDependencies(Outer._forwardCounter.Next.Operation);
        GraphTensor zero = _g.Constant(Tensor.Scalar(0), "f_count");
        GraphTensor enter = Forward.Enter(zero, isConstant: false, "f_count");
        using GraphScope inside = _g.Flow(Forward);
        GraphTensor merge = _g.Add("Merge", enter, enter);
        GraphOperation way = _g.AddOperation("Switch", null, null, merge, Forward.Condition!);
        GraphTensor next = _g.Add("AddV2", "Add", null, way.Outputs[1], 1);
        string name = _g.UniqueName("NextIteration");
        count = Forward.Exit(way.Outputs[0], "f_count");
        return (merge, next, name);
    }

    private (GraphTensor Merge, GraphTensor Next, string Name) CountBackward(GraphTensor count)
    {
        // Of an inner loop, each run has its own count.
        GraphTensor iterations = Backward.Outer?.Bring(count) ?? count;
        GraphTensor one = _g.Constant(Tensor.Scalar(1), "b_count");
        GraphTensor enter = Backward.Enter(iterations, isConstant: false, "b_count");
        using GraphScope inside = _g.Flow(Backward);
        GraphTensor merge = _g.Add("Merge", enter, enter);
        GraphTensor more = merge.GreaterEqual(one);
        Backward.Condition = _g.Add("LoopCond", "b_count", null, more);
        GraphOperation way = _g.AddOperation("Switch", null, null, merge, Backward.Condition);
        GraphTensor next = _g.Add("Sub", way.Outputs[1], one);
        Backward.OfferPivot(next.Operation);
        string name = _g.UniqueName("NextIteration");
        GraphTensor zero = Backward.Exit(way.Outputs[0], "b_count");
        Outer?.AwaitPop(zero.Operation);
        return (merge, next, name);
    }

    private GraphOperation Trigger(LoopContext loop, string name, List<GraphOperation> operations)
    {
        using GraphScope inside = _g.Flow(loop);
        using GraphScope after = _g.ControlDependencies(operations);
        return _g.AddOperation("ControlTrigger", name + "/", null);
    }

    // The trigger has its name from where it is first needed.
    private void AwaitPop(GraphOperation operation)
    {
        _pops.Add(operation);
        _popTrigger ??= _g.UniqueName("b_sync");
    }

    private void Round(LoopContext loop, (GraphTensor Merge, GraphTensor Next, string Name) counter, List<GraphOperation> operations)
    {
        using GraphScope inside = _g.Flow(loop);
        using GraphScope after = _g.ControlDependencies(operations);
        counter.Merge.Operation.CloseLoop(1, _g.Add("NextIteration", counter.Name + "/", null, counter.Next));
    }

    // What a variable is after an iteration does not depend on what it was before.
    private void CloseWithZeros(GraphTensor merge)
    {
        GraphTensor entering = merge.Operation.Inputs[0].Operation.Inputs[0];
        GraphTensor zeros;
        using (_g.Flow(Backward.Outer))
        {
            zeros = _g.Zeros(_g.Add("Shape", entering), entering.DType);
        }

        using GraphScope inside = _g.Flow(Backward);
        merge.Operation.CloseLoop(1, _g.Add("NextIteration", zeros));
    }
}
