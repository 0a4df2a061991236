using ModelSessions.Graphs.Functions;
using ModelSessions.Graphs.Gradients;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>Gradients of If and Case nodes: the same choice between the gradients of the branches.</summary>
internal static class BranchGradients
{
    public static GraphTensor?[] OfIf(GraphBuilder g, GraphOperation op, GraphTensor[] dy) => Of(
        g,
        op,
        dy,
        [op.Attributes["then_branch"].Func, op.Attributes["else_branch"].Func],
        names => new() { ["then_branch"] = CallNodes.Reference(names[0]), ["else_branch"] = CallNodes.Reference(names[1]) });

    public static GraphTensor?[] OfCase(GraphBuilder g, GraphOperation op, GraphTensor[] dy) =>
        Of(g, op, dy, [.. op.Attributes["branches"].List.Func], names => new() { ["branches"] = References(names) });

    private static GraphTensor?[] Of(
        GraphBuilder g, GraphOperation op, GraphTensor[] dy, IReadOnlyList<NameAttrList> functions, Func<string[], NodeAttributes> attributes)
    {
        bool[] wanted = [.. dy.Select(given => given is not null)];
        FunctionGradient[] branches = [.. functions.Select(function => FunctionGradient.Of(g.Graph, function, wanted))];
        // As TensorFlow, which has zeros for all that the branches are given.
        int[] varied = [.. Enumerable.Range(0, branches[0].Arguments.Count).Where(i => IsVaried(op.Inputs[i + 1]) || branches.Any(branch => branch.Gradients[i] is not null))];
        if (varied.Length == 0)
        {
            return new GraphTensor?[op.Inputs.Count];
        }

        foreach (int i in varied)
        {
            DType type = branches.Select(branch => branch.Gradients[i]?.DType).FirstOrDefault(known => known is not null) ?? ResourceVariableOps.ValueType(op.Inputs[i + 1]);
            Array.ForEach(branches, branch => branch.FillGap(i, type));
        }

        var needs = Array.ConvertAll(branches, branch => branch.Needs());
        int[] used = [.. Enumerable.Range(0, branches[0].Arguments.Count).Where(i => branches.Zip(needs).Any(pair => pair.Second.Arguments.Contains(pair.First.Arguments[i])))];
        (int Branch, GraphTensor Value)[] values = [.. needs.SelectMany((need, i) => need.Values.Select(value => (i, value)))];
        GraphTensor[] kept = values.Length == 0 ? []
            : CallNodes.Widen(op, op.Type, attributes([.. branches.Select((branch, i) => Widened(branch, i, values))]), [.. values.Select(value => value.Value)]);
        string[] backward = [.. branches.Select((branch, i) => Backward(branch, i, values, used, varied))];
        GraphTensor[] inputs = [.. dy.Where(given => given is not null), .. used.Select(i => op.Inputs[i + 1]), .. kept];
        string kind = op.Type.Contains("Case", StringComparison.Ordinal) ? "Case" : "If";
        IReadOnlyList<GraphTensor> outputs = CallNodes.Add(
            g,
            CallNodes.IsStateful(g.Graph, backward) ? kind : "Stateless" + kind,
            [op.Inputs[0], .. inputs],
            inputs,
            varied.Select(i => branches[0].Gradients[i]!.DType),
            attributes(backward));
        GraphTensor?[] dx = new GraphTensor?[op.Inputs.Count];
        for (int i = 0; i < varied.Length; i++)
        {
            dx[varied[i] + 1] = outputs[i];
        }

        return dx;
    }

    // A branch gives its own values, and something of the same type in place of the others'.
    private static string Widened(FunctionGradient branch, int index, (int Branch, GraphTensor Value)[] values) =>
        branch.WriteForward([], values.Select(value => value.Branch == index
            ? value.Value
            : branch.Graph.Builder.Add("FakeParam", null, new() { ["dtype"] = value.Value.DType, ["shape"] = value.Value.Shape })).ToArray());

    private static string Backward(FunctionGradient branch, int index, (int Branch, GraphTensor Value)[] values, int[] used, int[] varied) => branch.WriteBackward(
        [
            .. branch.Upstream.OfType<GraphTensor>().Select(FunctionArgument.Of),
            .. used.Select(i => FunctionArgument.Of(branch.Arguments[i])),
            .. values.Select(value => new FunctionArgument(value.Branch == index ? value.Value : null, value.Value.DType)),
        ],
        [.. varied.Select(i => branch.Gradients[i]!)]);

    private static bool IsVaried(GraphTensor argument) =>
        argument.DType == DType.Resource ? ResourceVariableOps.IsVariable(argument) : GradientReach.IsSmooth(argument.DType);

    private static AttributeValue References(IEnumerable<string> functions)
    {
        AttrValue list = new() { List = new() };
        list.List.Func.AddRange(functions.Select(function => new NameAttrList { Name = function }));
        return list;
    }
}
