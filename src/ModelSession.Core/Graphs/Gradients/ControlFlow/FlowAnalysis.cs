using ModelSessions.Protos;

namespace ModelSessions.Graphs.Gradients;

/// <summary>Finds the branches and loops of a graph from its nodes alone: a value is in a branch if it is there only when the branch is
/// taken. TensorFlow's Python keeps this beside the nodes, and loses it with all files but MetaGraphs.</summary>
internal sealed class FlowAnalysis
{
    private readonly FlowMap _map;
    private readonly HashSet<BranchContext> _pivots = [];
    private readonly Dictionary<(string Frame, LoopContext? Around), LoopContext> _loops = [];
    private readonly Dictionary<(FlowContext? Outer, GraphTensor Predicate, int Branch), BranchContext> _branches = [];

    private FlowAnalysis(GraphBuilder builder) => _map = new FlowMap(builder);

    /// <summary>The contexts of all operations that a graph has now.</summary>
    public static FlowMap Run(Graph graph)
    {
        FlowAnalysis analysis = new(graph.Builder);
        foreach (GraphOperation operation in graph.Operations)
        {
            analysis.Place(operation);
        }

        analysis.ReadOptions(graph);
        return analysis._map;
    }

    private void Place(GraphOperation operation)
    {
        FlowContext? context = Around(operation);
        if (FlowMap.IsEnter(operation))
        {
            context = Entered(operation, context);
        }
        else if (FlowMap.IsMerge(operation) && !operation.Inputs.Any(input => FlowMap.IsEnter(input.Operation) || FlowMap.IsNextIteration(input.Operation)))
        {
            context = operation.Inputs.Select(_map.Of).Aggregate(Common);
        }

        if (context is not null)
        {
            _map.Set(operation, context);
        }

        if (FlowMap.IsSwitch(operation) && !FlowMap.IsLoopSwitch(operation))
        {
            BranchContext no = Branch(context, operation.Inputs[1], 0), yes = Branch(context, operation.Inputs[1], 1);
            _map.Set(operation.Outputs[0], no);
            _map.Set(operation.Outputs[1], yes);
            if (operation.Inputs[0] == operation.Inputs[1])
            {
                _pivots.UnionWith([no, yes]);
            }
        }
        else if (context?.Loop is { } loop)
        {
            Note(operation, loop);
        }

        if (operation.Type == "Identity")
        {
            Rename(operation, context);
            if (FlowMap.IsSwitch(operation.Inputs[0].Operation))
            {
                OfferPivot(operation, context);
            }
        }
    }

    // The innermost of the contexts of all that it waits for; what comes round in a loop is not known yet.
    private FlowContext? Around(GraphOperation operation)
    {
        FlowContext? deepest = null;
        foreach (GraphTensor input in operation.Inputs)
        {
            deepest = FlowContext.Deepest(deepest, _map.Of(input));
        }

        foreach (GraphOperation control in operation.ControlInputs)
        {
            deepest = FlowContext.Deepest(deepest, _map.OfControl(control));
        }

        return deepest;
    }

    private LoopContext Entered(GraphOperation enter, FlowContext? around)
    {
        (string, LoopContext?) key = (enter.String("frame_name"), around?.Loop);
        if (!_loops.TryGetValue(key, out LoopContext? loop))
        {
            _loops[key] = loop = new LoopContext(_map, around, key.Item1, enter.Int("parallel_iterations"));
        }

        // What enters may come from further out than the loop stands.
        loop.Outer = FlowContext.Deepest(loop.Outer, around);
        return loop;
    }

    private void Note(GraphOperation operation, LoopContext loop)
    {
        if (operation.Type == "LoopCond")
        {
            loop.Condition = operation.Outputs[0];
        }
        else if (FlowMap.IsLoopSwitch(operation))
        {
            loop.Variables.Add(operation);
        }
        else if (FlowMap.IsExit(operation))
        {
            loop.Exits.Add(operation.Outputs[0]);
            _map.Set(operation, loop);
            _map.Set(operation.Outputs[0], loop.Outer);
        }
        else if (operation.Type is "StackPop" or "StackPopV2")
        {
            loop.IsBackward = true;
        }
    }

    // Python's condition switches the predicate by itself for its pivots, and all else by a copy of it: both are the same branches.
    private void Rename(GraphOperation copy, FlowContext? context)
    {
        GraphTensor predicate = copy.Inputs[0];
        for (int side = 0; predicate.DType == DType.Bool && side < 2; side++)
        {
            if (_branches.TryGetValue((context, predicate, side), out BranchContext? branch) && _pivots.Remove(branch))
            {
                _branches.Remove((context, predicate, side));
                _branches[(context, copy.Outputs[0], side)] = branch;
                branch.Rename(copy.Outputs[0]);
            }
        }
    }

    private static void OfferPivot(GraphOperation identity, FlowContext? context)
    {
        if (context is BranchContext branch)
        {
            branch.OfferPivot(identity);
        }
        else if (context is LoopContext loop && identity.Inputs[0].Index == 1)
        {
            loop.OfferPivot(identity);
        }
    }

    private BranchContext Branch(FlowContext? outer, GraphTensor predicate, int branch)
    {
        if (!_branches.TryGetValue((outer, predicate, branch), out BranchContext? context))
        {
            _branches[(outer, predicate, branch)] = context = new BranchContext(_map, outer, predicate, branch);
        }

        return context;
    }

    private static FlowContext? Common(FlowContext? x, FlowContext? y)
    {
        while (x is not null && !x.Contains(y))
        {
            x = x.Outer;
        }

        return x;
    }

    // What nodes do not tell: whether the author wanted gradients, and where their stacks may go.
    private void ReadOptions(Graph graph)
    {
        foreach (Google.Protobuf.ByteString bytes in _loops.Count > 0 ? graph.Collections.Bytes(CollectionKeys.WhileContexts) : [])
        {
            ReadOptions(WhileContextDef.Parser.ParseFrom(bytes));
        }
    }

    private void ReadOptions(WhileContextDef options)
    {
        if (_loops.Values.FirstOrDefault(loop => loop.Condition?.Name == options.PivotName) is { } loop)
        {
            loop.HasGradients = options.BackProp;
            loop.SwapsMemory = options.SwapMemory;
        }

        ReadNested(options.NestedContexts);
    }

    private void ReadNested(IEnumerable<ControlFlowContextDef> contexts)
    {
        foreach (ControlFlowContextDef context in contexts)
        {
            if (context.WhileCtxt is { } loop)
            {
                ReadOptions(loop);
            }
            else if (context.CondCtxt is { } branch)
            {
                ReadNested(branch.NestedContexts);
            }
        }
    }
}
