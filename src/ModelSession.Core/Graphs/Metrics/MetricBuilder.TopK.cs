namespace ModelSessions;

/// <content>Metrics of the greatest predictions.</content>
public sealed partial class MetricBuilder
{
    /// <summary>How many of an example's right classes are among the <paramref name="k"/> greatest predictions.</summary>
    /// <param name="labels">Class numbers, int64: one for each example, or a list [batch, count].</param>
    /// <param name="predictions">Scores [batch, classes].</param>
    /// <param name="k">How many predictions.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; <c>recall_at_k</c> with the number if null.</param>
    public StreamingMetric RecallAtK(GraphTensor labels, GraphTensor predictions, int k, GraphTensor? weights = null, string? name = null) =>
        AtK("recall", "false_negative", "b-a", labels, predictions, k, weights, name);

    /// <summary>How many of the <paramref name="k"/> greatest predictions are among an example's right classes.</summary>
    /// <inheritdoc cref="RecallAtK"/>
    public StreamingMetric PrecisionAtK(GraphTensor labels, GraphTensor predictions, int k, GraphTensor? weights = null, string? name = null) =>
        AtK("precision", "false_positive", "a-b", labels, predictions, k, weights, name);

    private StreamingMetric AtK(string kind, string others, string difference, GraphTensor labels, GraphTensor predictions, int k, GraphTensor? weights, string? name)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        using GraphScope scope = _g.NameScope(Or(name, $"{kind}_at_{k}"));
        GraphTensor best = _g.AddOperation("TopKV2", "TopKV2", null, predictions, k).Outputs[1];
        labels = Lists(_g.Cast(labels, DType.Int64), best);
        best = _g.Cast(best, DType.Int64);
        (GraphVariable Count, GraphTensor Update) hits = CountSets("true_positive", "intersection"), rest = CountSets(others, difference);
        GraphTensor value = _g.Add("RealDiv", scope.Name, null, hits.Count, _g.Plus(hits.Count, rest.Count, "Add"));
        return new StreamingMetric(value, _g.Add("RealDiv", "update", null, hits.Update, _g.Plus(hits.Update, rest.Update, "Add")));

        (GraphVariable Count, GraphTensor Update) CountSets(string what, string operation)
        {
            using GraphScope inner = _g.NameScope($"{what}_at_{k}");
            GraphTensor sizes = SetSizes(what + "s", operation, best, labels, weights);
            // Python knows no shape of theirs.
            GraphTensor sum = _g.ReduceSum(sizes, _g.Sequence(0, _g.Add("Rank", sizes)));
            GraphVariable count = Local(inner.Name, Shape.Scalar, DType.Float64);
            return (count, Add(count, sum, "update"));
        }
    }

    // How many numbers each row of the result of an operation on sets has.
    private GraphTensor SetSizes(string name, string operation, GraphTensor a, GraphTensor b, GraphTensor? weights)
    {
        using GraphScope scope = _g.NameScope(name);
        IReadOnlyList<GraphTensor> set = _g.AddOperation("DenseToDenseSetOperation", null, new() { ["set_operation"] = operation }, a, b).Outputs;
        GraphTensor sizes = _g.Cast(_g.Add("SetSize", set[0], set[1], set[2]), DType.Float64);
        if (weights is null)
        {
            return sizes;
        }

        using GraphScope after = _g.ControlDependencies(_g.AssertBroadcastable(weights, sizes));
        return _g.Add("Mul", sizes, _g.Cast(weights, DType.Float64));
    }

    // A list of labels for each example.
    private GraphTensor Lists(GraphTensor labels, GraphTensor best)
    {
        using GraphScope scope = _g.NameScope("expand_labels");
        int missing = best.Shape.Rank - labels.Shape.Rank;
        return missing == 0 ? labels
            : missing == 1 ? _g.Add("ExpandDims", scope.Name, null, labels, -1)
            : throw new GraphException(
                StatusCode.InvalidArgument, $"Labels are one class number for each example, or a list of them; '{labels.Name}' is {labels.Shape}, the predictions have {best.Shape.Rank} dimensions.", labels.Operation.Name);
    }
}
