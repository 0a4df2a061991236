using ModelSessions.Graphs.Gradients;

namespace ModelSessions.Graphs.Flow;

/// <summary>Builds conditions as TensorFlow's <c>cond</c> does: values go into branches through Switch nodes and come out through Merge
/// nodes.</summary>
internal static class BranchBuilder
{
    /// <summary>Builds a condition.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="predicate">A boolean scalar.</param>
    /// <param name="then">Builds what is run if it is true, and gives the results: tensors, or an operation.</param>
    /// <param name="otherwise">Builds what is run if it is false; results of the same form and types.</param>
    /// <param name="name">The name scope.</param>
    public static TensorTree Build(GraphBuilder g, Operand predicate, Func<object?> then, Func<object?> otherwise, string name)
    {
        using GraphScope scope = g.NameScope(name);
        GraphTensor decides = predicate.ToTensor(g, DType.Bool, "pred");
        if (decides.DType != DType.Bool)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A condition must be boolean; '{decides.Name}' is {decides.DType.Name()}.", decides.Operation.Name);
        }

        FlowContext? outer = g.State.Flow;
        GraphOperation gate = g.AddOperation("Switch", null, null, decides, decides);
        GraphTensor pivotThen = g.Identity(gate.Outputs[1], "switch_t"), pivotOtherwise = g.Identity(gate.Outputs[0], "switch_f");
        GraphTensor known = g.Identity(decides, "pred_id");
        BranchContext yes = Open(g, known, pivotThen, 1);
        (TensorTree, GraphTensor[]) thenResults = Run(g, yes, pivotThen, then);
        BranchContext no = Open(g, known, pivotOtherwise, 0);
        (TensorTree, GraphTensor[]) otherwiseResults = Run(g, no, pivotOtherwise, otherwise);
        TensorTree results = Merge(g, thenResults, otherwiseResults, scope.Name);
        if (outer is null)
        {
            g.Graph.Collections.AddBytes(CollectionKeys.CondContexts, Google.Protobuf.MessageExtensions.ToByteString(FlowDefs.ToProto(yes)));
            g.Graph.Collections.AddBytes(CollectionKeys.CondContexts, Google.Protobuf.MessageExtensions.ToByteString(FlowDefs.ToProto(no)));
        }

        return results;
    }

    private static BranchContext Open(GraphBuilder g, GraphTensor predicate, GraphTensor pivot, int branch)
    {
        FlowContext? outer = g.State.Flow;
        BranchContext context = new(g.Flows, outer, predicate, branch) { Name = g.UniqueName("cond_text") };
        outer?.Nested.Add(context);
        context.Meet(predicate);
        context.Meet(pivot);
        g.Flows.Set(pivot.Operation, context);
        context.OfferPivot(pivot.Operation);
        return context;
    }

    // What the branch gives, and its tensors as they are in the branch.
    private static (TensorTree Form, GraphTensor[] Tensors) Run(GraphBuilder g, BranchContext context, GraphTensor pivot, Func<object?> build)
    {
        TensorTree form;
        GraphTensor[] tensors;
        using (g.Inside(context))
        {
            object? value = build();
            form = value is GraphOperation operation ? After(g, operation, pivot) : TensorTree.From(g, value);
            tensors = [.. form.Flatten().Select(context.Result)];
        }

        if (context.Outer is { } outer)
        {
            Array.ForEach(tensors, outer.Meet);
        }

        return (form, tensors);
    }

    // An operation has no value: the branch's pivot after it stands for it.
    private static GraphTensor After(GraphBuilder g, GraphOperation operation, GraphTensor pivot)
    {
        using GraphScope scope = g.NameScope("control_dependency");
        using GraphScope place = g.ColocateWith(pivot.Operation);
        using GraphScope after = g.ControlDependencies(operation);
        return g.Identity(pivot, scope.Name);
    }

    private static TensorTree Merge(
        GraphBuilder g, (TensorTree Form, GraphTensor[] Tensors) then, (TensorTree Form, GraphTensor[] Tensors) otherwise, string scope)
    {
        string where = $"The branches of '{scope.TrimEnd('/')}'";
        if (!then.Form.HasFormOf(otherwise.Form))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"{where} give results of different forms: {then.Form} and {otherwise.Form}.");
        }

        foreach ((GraphTensor yes, GraphTensor no) in then.Tensors.Zip(otherwise.Tensors))
        {
            if (yes.DType != no.DType)
            {
                throw new GraphException(
                    StatusCode.InvalidArgument, $"{where} give results of different types: '{yes.Name}' is {yes.DType.Name()}, '{no.Name}' is {no.DType.Name()}.");
            }
        }

        return then.Form.Pack([.. otherwise.Tensors.Zip(then.Tensors, (no, yes) => g.Add(no.IsRef && yes.IsRef ? "RefMerge" : "Merge", "Merge", null, no, yes))]);
    }
}
