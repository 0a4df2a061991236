using ModelSessions.Graphs.Gradients;

namespace ModelSessions.Graphs.Flow;

/// <summary>Builds loops as TensorFlow's <c>while_loop</c> does: variables enter a frame, go round in it, and leave it at Exit nodes.</summary>
internal sealed class LoopBuilder
{
    private readonly GraphBuilder _g;
    private readonly LoopOptions _options;
    private readonly TensorTree _variables;
    private readonly FlowContext? _outer;
    private readonly LoopContext _loop;

    private LoopBuilder(GraphBuilder g, TensorTree variables, LoopOptions options, GraphTensor? maximumIterations)
    {
        (_g, _options, _variables, _outer) = (g, options, variables, g.State.Flow);
        string frame = g.UniqueName("while_context");
        _loop = new LoopContext(g.Flows, _outer, frame, options.ParallelIterations)
        {
            Name = frame,
            HasGradients = options.BackProp,
            SwapsMemory = options.SwapMemory,
            MaximumIterations = maximumIterations,
        };
        _outer?.Nested.Add(_loop);
    }

    /// <summary>Builds a loop.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="condition">Takes the variables and tells whether there is another iteration.</param>
    /// <param name="body">Takes the variables and gives them as they are after an iteration.</param>
    /// <param name="enter">Gives the variables as they enter, in the loop's name scope.</param>
    /// <param name="options">How.</param>
    /// <returns>The variables as they leave.</returns>
    public static TensorTree Build(
        GraphBuilder g, Func<TensorTree, GraphTensor> condition, Func<TensorTree, TensorTree> body, Func<TensorTree> enter, LoopOptions options)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        using GraphScope scope = g.NameScope(options.Name ?? "while");
        if (options.MaximumIterations is not { } maximum)
        {
            return new LoopBuilder(g, Check(enter(), options), options, null).Build(condition, body, options.ShapeInvariants);
        }

        GraphTensor limit = maximum.ToTensor(g, DType.Int32, "maximum_iterations");
        GraphTensor counter = g.Constant(0, limit.DType, null, "iteration_counter");
        TensorTree counted = [counter, Check(enter(), options)];
        return new LoopBuilder(g, counted, options, limit).Build(
            tree =>
            {
                GraphTensor below = tree[0].Tensor.Less(limit);
                return g.Add("LogicalAnd", below, condition(tree[1]));
            },
            tree => [tree[0].Tensor + 1, body(tree[1])],
            options.ShapeInvariants is null ? null : [Shape.Scalar, .. options.ShapeInvariants])[1];
    }

    private TensorTree Build(Func<TensorTree, GraphTensor> condition, Func<TensorTree, TensorTree> body, IReadOnlyList<Shape?>? invariants)
    {
        GraphTensor[] enters = Enter(invariants);
        TensorTree results;
        GraphTensor[] exits;
        using (_g.Inside(_loop))
        {
            GraphTensor[] merges = [.. enters.Select(Merge)];
            _loop.TakePivot(merges[0].Operation);
            GraphTensor more = condition(_variables.Pack(merges));
            _loop.Condition = _g.Add("LoopCond", more);
            _loop.Variables.AddRange(merges.Select(Switch));
            GraphTensor[] inside = [.. _loop.Variables.Select(variable => _g.Add(variable.Outputs[1].IsRef ? "RefIdentity" : "Identity", variable.Outputs[1]))];
            _loop.TakePivot(inside[0].Operation);
            results = body(_variables.Pack(inside));
            Close(merges, results);
            exits = [.. _loop.Variables.Select(variable => _loop.Exit(variable.Outputs[0]))];
        }

        _loop.Exits.AddRange(exits);
        if (_outer is null)
        {
            _g.Graph.Collections.AddBytes(CollectionKeys.WhileContexts, Google.Protobuf.MessageExtensions.ToByteString(FlowDefs.ToProto(_loop)));
        }
        else
        {
            Array.ForEach(exits, _outer.Meet);
        }

        return results.Pack(exits);
    }

    private GraphTensor[] Enter(IReadOnlyList<Shape?>? invariants)
    {
        GraphTensor[] values = [.. _variables.Flatten().Select(value => _outer?.Bring(value) ?? value)];
        GraphTensor[] enters = [.. values.Select(value => _loop.Enter(value, isConstant: false))];
        for (int i = 0; i < enters.Length; i++)
        {
            Shape invariant = invariants?[i] ?? values[i].Shape;
            if (!IsWithin(values[i].Shape, invariant))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"'{values[i].Name}' enters the loop with the shape {values[i].Shape}, which is not within its invariant {invariant}.",
                    values[i].Operation.Name);
            }

            enters[i].MergeShape(invariant);
        }

        return enters;
    }

    // What comes round is within the shape that enters.
    private GraphTensor Merge(GraphTensor enter)
    {
        GraphTensor merge = _g.Add(enter.IsRef ? "RefMerge" : "Merge", "Merge", null, enter, enter);
        merge.MergeShape(enter.Shape);
        return merge;
    }

    private GraphOperation Switch(GraphTensor merge)
    {
        using GraphScope place = _g.ColocateOnlyWith(merge.Operation);
        return _g.AddOperation(merge.IsRef ? "RefSwitch" : "Switch", "Switch", null, merge, _loop.Condition!);
    }

    private void Close(GraphTensor[] merges, TensorTree results)
    {
        TensorTree wanted = _variables, given = results.IsLeaf && !wanted.IsLeaf && wanted.Count == 1 ? [results] : results;
        if (!given.HasFormOf(wanted))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The body of a loop must give as many values as it takes, in the same form: {wanted}; it gives {given}.");
        }

        GraphTensor[] after = [.. given.Flatten()];
        for (int i = 0; i < merges.Length; i++)
        {
            GraphTensor next = _g.Add(after[i].IsRef ? "RefNextIteration" : "NextIteration", after[i]);
            GraphTensor entered = merges[i].Operation.Inputs[0].Operation.Inputs[0];
            if (next.DType != merges[i].DType)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument, $"'{entered.Name}' enters the loop as {entered.DType.Name()}; after an iteration it is {next.DType.Name()} ('{after[i].Name}').", entered.Operation.Name);
            }

            if (!IsWithin(next.Shape, merges[i].Shape))
            {
                throw new GraphException(
                    StatusCode.InvalidArgument,
                    $"'{entered.Name}' enters the loop with the shape {entered.Shape}; after an iteration it is {next.Shape}. If its shape may change, say what stays: ShapeInvariants.",
                    entered.Operation.Name);
            }

            merges[i].Operation.CloseLoop(1, next);
        }
    }

    private static bool IsWithin(Shape shape, Shape invariant) => !invariant.HasRank
        || (shape.HasRank && shape.Rank == invariant.Rank && shape.Zip(invariant).All(pair => pair.Second < 0 || pair.First == pair.Second));

    private static TensorTree Check(TensorTree variables, LoopOptions options)
    {
        int count = variables.Flatten().Count;
        if (count == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, "A loop needs at least one variable.");
        }

        if (options.ParallelIterations < 1)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"{options.ParallelIterations} iterations cannot run at once: at least one must.");
        }

        if (options.ShapeInvariants is { } invariants && invariants.Count != count)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"{invariants.Count} shape invariants are given for {count} variables of a loop.");
        }

        return variables;
    }
}
