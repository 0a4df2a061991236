namespace ModelSessions;

/// <summary>The nodes of <c>tf.train.piecewise_constant</c>: branches in branches, of which a check says that no two are meant.</summary>
internal sealed class PiecewiseRates(GraphBuilder g)
{
    public GraphTensor Add(Operand step, Operand[] boundaries, Operand[] values, string? name)
    {
        GraphTensor[] limits = Array.ConvertAll(boundaries, boundary => boundary.ToTensor(g, DType.Int32, "Const"));
        GraphTensor[] rates = Array.ConvertAll(values, value => value.ToTensor(g, DType.Float32, "Const"));
        GraphTensor now = step.ToTensor(g, DType.Int32, "Const");
        limits = Array.ConvertAll(limits, limit => g.Cast(limit, now.DType));
        using GraphScope scope = g.NameScope(name ?? "PiecewiseConstant");
        List<(GraphTensor Predicate, GraphTensor Rate)> cases = [(now.LessEqual(limits[0]), rates[0])];
        cases.Add((now.Greater(limits[^1]), rates[^1]));
        for (int i = 1; i < limits.Length; i++)
        {
            GraphTensor above = now.Greater(limits[i - 1]);
            cases.Add((g.Add("LogicalAnd", "and", null, above, now.LessEqual(limits[i])), rates[i]));
        }

        using GraphScope inner = g.NameScope("case");
        using GraphScope after = g.ControlDependencies(AtMostOne([.. cases.Select(item => item.Predicate)]));
        return Choose(cases, 0, rates[0]);
    }

    private GraphTensor Choose(List<(GraphTensor Predicate, GraphTensor Rate)> cases, int at, GraphTensor otherwise) =>
        at == cases.Count ? otherwise : g.Cond(cases[at].Predicate, () => cases[at].Rate, () => Choose(cases, at + 1, otherwise));

    private GraphOperation AtMostOne(GraphTensor[] predicates)
    {
        GraphTensor all = g.Stack([.. predicates.Select(predicate => (Operand)predicate)], name: "preds_c");
        GraphTensor count = g.ReduceSum(g.Cast(all, DType.Int32), name: "num_true_conds");
        GraphTensor holds = g.Add("LessEqual", count, g.Constant(Tensor.Scalar(1), "n_true_conds"));
        Tensor message = Tensor.Scalar(
            $"Input error: exclusive=True: more than 1 conditions ({string.Join(", ", predicates.Select(predicate => predicate.Name))}) evaluated as True:");
        using GraphScope scope = g.NameScope("Assert");
        g.Constant(message);
        return g.Cond<GraphOperation>(
            holds, () => g.NoOp(), () => g.AddOperation("Assert", null, new() { ["summarize"] = predicates.Length }, holds, message, all), "AssertGuard");
    }
}
