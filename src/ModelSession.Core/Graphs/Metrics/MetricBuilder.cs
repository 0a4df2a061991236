namespace ModelSessions;

/// <summary>A metric over many batches: <see cref="Update"/> is run for each batch, <see cref="Value"/> at the end.</summary>
/// <param name="Value">The metric of all batches so far.</param>
/// <param name="Update">Takes a batch in, and gives the metric with it.</param>
public sealed record StreamingMetric(GraphTensor Value, GraphTensor Update)
{
    /// <summary>As a binding's metric: reset before an evaluation, updated by each batch, read at its end.</summary>
    public Binding ToBinding() => new() { ["value"] = Value, ["update"] = Update };
}

/// <summary>Metrics over many batches, with the variables and nodes of <c>tf.metrics</c>: local variables, which are in no checkpoint, and which the
/// collection <c>metric_variables</c> lists.</summary>
public sealed partial class MetricBuilder
{
    private readonly GraphBuilder _g;

    internal MetricBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>The mean of values, weighted.</summary>
    /// <param name="values">Values of any shape.</param>
    /// <param name="weights">Weights that fit them; none if null.</param>
    /// <param name="name">The scope; <c>mean</c> if null.</param>
    public StreamingMetric Mean(GraphTensor values, GraphTensor? weights = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        using VariableScope scope = Open("mean", name);
        values = _g.Cast(values, DType.Float32);
        GraphVariable total = Local("total", Shape.Scalar), count = Local("count", Shape.Scalar);
        GraphTensor number;
        if (weights is null)
        {
            number = _g.Cast(_g.SizeOf(values), DType.Float32);
        }
        else
        {
            weights = _g.BroadcastWeights(_g.Cast(Fitted(weights, values), DType.Float32), values);
            values = _g.Add("Mul", values, weights);
            number = _g.ReduceSum(weights);
        }

        GraphTensor newTotal = Add(total, _g.ReduceSum(values)), newCount;
        using (_g.ControlDependencies(values.Operation))
        {
            newCount = Add(count, number);
        }

        GraphTensor value = _g.Add("DivNoNan", "value", null, total, _g.Maximum(count, 0.0));
        return new StreamingMetric(value, _g.Add("DivNoNan", "update_op", null, newTotal, _g.Maximum(newCount, 0.0)));
    }

    /// <summary>How often predictions are the labels.</summary>
    /// <param name="labels">What is right.</param>
    /// <param name="predictions">What the model says, of the same shape.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; <c>accuracy</c> if null.</param>
    public StreamingMetric Accuracy(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null)
    {
        (labels, predictions) = Same(labels, predictions);
        predictions = _g.Cast(predictions, labels.DType);
        return Mean(_g.Cast(_g.Equal(predictions, labels), DType.Float32), weights, Or(name, "accuracy"));
    }

    /// <summary>How often the label is among the <paramref name="k"/> greatest predictions.</summary>
    /// <param name="labels">Class numbers [batch].</param>
    /// <param name="predictions">Scores [batch, classes].</param>
    /// <param name="k">How many.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; <c>top_k_accuracy</c> if null.</param>
    public StreamingMetric TopKAccuracy(GraphTensor labels, GraphTensor predictions, int k, GraphTensor? weights = null, string? name = null) =>
        Mean(_g.Cast(_g.InTopK(predictions, labels, k), DType.Float32), weights, Or(name, "top_k_accuracy"));

    /// <summary>The mean of <c>|predictions − labels|</c>.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public StreamingMetric MeanAbsoluteError(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null)
    {
        (labels, predictions) = Same(labels, predictions);
        return Mean(_g.Abs(predictions - labels), weights, Or(name, "mean_absolute_error"));
    }

    /// <summary>The mean of <c>(predictions − labels)²</c>.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public StreamingMetric MeanSquaredError(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null)
    {
        (labels, predictions) = Same(labels, predictions);
        return Mean(_g.Add("SquaredDifference", labels, predictions), weights, Or(name, "mean_squared_error"));
    }

    /// <summary>The root of the mean of <c>(predictions − labels)²</c>.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public StreamingMetric RootMeanSquaredError(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, string? name = null)
    {
        StreamingMetric mean = MeanSquaredError(labels, predictions, weights, Or(name, "root_mean_squared_error"));
        return new StreamingMetric(_g.Sqrt(mean.Value), _g.Sqrt(mean.Update));
    }

    private static string Or(string? name, string fallback) => string.IsNullOrEmpty(name) ? fallback : name;

    private VariableScope Open(string kind, string? name) => string.IsNullOrEmpty(name) ? _g.UniqueVariableScope(kind) : _g.VariableScope(name);

    private GraphVariable Local(string name, Shape shape, DType dtype = DType.Float32) =>
        _g.Variable(name, shape, Initializers.Zeros, dtype, _g.UseResourceVariables, new Registration(false, [CollectionKeys.LocalVariables, CollectionKeys.MetricVariables]));

    // variable += delta, and its value after it.
    private GraphTensor Add(GraphVariable variable, GraphTensor delta, string? name = null)
    {
        GraphOperation added = _g.AssignAdd(variable, delta, name);
        if (!variable.IsResource)
        {
            return added.Outputs[0];
        }

        using GraphScope after = _g.ControlDependencies(added);
        return variable.Read();
    }

    private (GraphTensor Labels, GraphTensor Predictions) Same(GraphTensor labels, GraphTensor predictions)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        (labels, predictions) = _g.RemoveSqueezableDimensions(labels, predictions);
        CheckShapes(labels, predictions);
        return (labels, predictions);
    }

    private static void CheckShapes(GraphTensor labels, GraphTensor predictions)
    {
        if (!labels.Shape.IsCompatibleWith(predictions.Shape))
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"A metric takes labels and predictions of one shape; '{labels.Name}' is {labels.Shape}, '{predictions.Name}' is {predictions.Shape}. Class numbers come from scores by ArgMax.",
                predictions.Operation.Name);
        }
    }

    // Weights with as many dimensions as the values.
    private GraphTensor Fitted(GraphTensor weights, GraphTensor values) =>
        weights.Shape.Rank <= 0 || !values.Shape.HasRank ? weights
        : weights.Shape.Rank == values.Shape.Rank + 1 ? _g.Squeeze(weights, [-1])
        : weights.Shape.Rank == values.Shape.Rank - 1 ? _g.ExpandDims(weights, (long[])[-1])
        : weights;
}
