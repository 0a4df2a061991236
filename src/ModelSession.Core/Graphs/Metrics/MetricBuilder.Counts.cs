namespace ModelSessions;

/// <content>Metrics of yes and no.</content>
public sealed partial class MetricBuilder
{
    /// <summary>How many were right to be called positive.</summary>
    /// <param name="labels">What is right: booleans, or numbers that are 0 or not.</param>
    /// <param name="predictions">What the model says, of the same shape.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; the metric's name if null.</param>
    public StreamingMetric TruePositives(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Count("true_positives", true, true, labels, predictions, weights, name);

    /// <summary>How many were wrong to be called positive.</summary>
    /// <inheritdoc cref="TruePositives"/>
    public StreamingMetric FalsePositives(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Count("false_positives", false, true, labels, predictions, weights, name);

    /// <summary>How many were right to be called negative.</summary>
    /// <inheritdoc cref="TruePositives"/>
    public StreamingMetric TrueNegatives(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Count("true_negatives", false, false, labels, predictions, weights, name);

    /// <summary>How many were wrong to be called negative.</summary>
    /// <inheritdoc cref="TruePositives"/>
    public StreamingMetric FalseNegatives(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Count("false_negatives", true, false, labels, predictions, weights, name);

    /// <summary>The part of what is called positive that is.</summary>
    /// <inheritdoc cref="TruePositives"/>
    public StreamingMetric Precision(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Ratio("precision", FalsePositives, labels, predictions, weights, name);

    /// <summary>The part of what is positive that is called so.</summary>
    /// <inheritdoc cref="TruePositives"/>
    public StreamingMetric Recall(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null) =>
        Ratio("recall", FalseNegatives, labels, predictions, weights, name);

    private StreamingMetric Count(string kind, bool label, bool prediction, GraphTensor labels, GraphTensor predictions, GraphTensor? weights, string? name)
    {
        using VariableScope scope = Open(kind, name);
        (GraphTensor right, GraphTensor said) = Booleans(labels, predictions);
        GraphTensor hit = _g.Add("LogicalAnd", _g.Equal(right, label), _g.Equal(said, prediction));
        GraphVariable count = Local("count", Shape.Scalar);
        GraphTensor hits = _g.Cast(hit, DType.Float32);
        if (weights is not null)
        {
            hits = _g.Add("Mul", hits, _g.Cast(Fitted(weights, hits), DType.Float32));
        }

        GraphTensor value = _g.Identity(count);
        return new StreamingMetric(value, Add(count, _g.ReduceSum(hits)));
    }

    private StreamingMetric Ratio(
        string kind, Func<GraphTensor, GraphTensor, GraphTensor?, string?, StreamingMetric> others, GraphTensor labels, GraphTensor predictions, GraphTensor? weights, string? name)
    {
        using VariableScope scope = Open(kind, name);
        (GraphTensor right, GraphTensor said) = Booleans(labels, predictions);
        StreamingMetric hits = TruePositives(right, said, weights), rest = others(right, said, weights, null);
        GraphTensor value = Part(hits.Value, rest.Value, "value");
        return new StreamingMetric(value, Part(hits.Update, rest.Update, "update_op"));
    }

    private GraphTensor Part(GraphTensor hits, GraphTensor rest, string name)
    {
        GraphTensor any = (hits + rest).Greater(0.0);
        return _g.Add("Select", name, null, any, hits / (hits + rest), _g.Constant(0, DType.Float32, null, name + "/e"));
    }

    private (GraphTensor Labels, GraphTensor Predictions) Booleans(GraphTensor labels, GraphTensor predictions)
    {
        GraphTensor said = _g.Cast(predictions, DType.Bool), right = _g.Cast(labels, DType.Bool);
        return Same(right, said);
    }
}
