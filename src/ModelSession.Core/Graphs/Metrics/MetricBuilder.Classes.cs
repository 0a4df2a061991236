namespace ModelSessions;

/// <content>Metrics of classes.</content>
public sealed partial class MetricBuilder
{
    /// <summary>How often each class is taken for each other: rows are the labels, columns the predictions.</summary>
    /// <param name="labels">Class numbers.</param>
    /// <param name="predictions">Class numbers.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; <c>confusion_matrix</c> if null.</param>
    public StreamingMetric ConfusionMatrix(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, string? name = null)
    {
        using VariableScope scope = Open("confusion_matrix", name);
        (GraphVariable total, GraphTensor update) = StreamConfusion(labels, predictions, classes, weights);
        return new StreamingMetric(_g.Identity(total, "value"), update);
    }

    /// <summary>The mean over classes of how often an example of the class is recognised.</summary>
    /// <inheritdoc cref="ConfusionMatrix"/>
    public StreamingMetric MeanPerClassAccuracy(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        using VariableScope scope = Open("mean_accuracy", name);
        (labels, predictions) = (_g.Flat(_g.Cast(labels, DType.Int64)), _g.Flat(predictions));
        CheckShapes(labels, predictions);
        GraphVariable total = Local("total", [classes]), count = Local("count", [classes]);
        GraphTensor ones = Ones(labels);
        GraphTensor hits = _g.Cast(_g.Equal(_g.Cast(predictions, DType.Int64), labels), DType.Float32);
        if (weights is not null)
        {
            GraphTensor factors = _g.Cast(_g.Flat(weights), DType.Float32);
            (hits, ones) = (hits * factors, ones * factors);
        }

        GraphTensor newTotal = AddAt(total, labels, ones), newCount = AddAt(count, labels, hits);
        GraphTensor value = _g.ReduceMean(_g.Add("DivNoNan", "div_no_nan", null, count, _g.Maximum(total, 0.0)), name: "mean_accuracy");
        return new StreamingMetric(value, _g.Add("DivNoNan", "update_op", null, newCount, _g.Maximum(newTotal, 0.0)));
    }

    /// <summary>The mean over classes of how many examples both label and prediction give the class, of those that one of them does: intersection over
    /// union. The update gives the confusion matrix.</summary>
    /// <inheritdoc cref="ConfusionMatrix"/>
    public StreamingMetric MeanIou(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, string? name = null)
    {
        using VariableScope scope = Open("mean_iou", name);
        (GraphVariable total, GraphTensor update) = StreamConfusion(labels, predictions, classes, weights);
        GraphTensor rows = _g.Cast(_g.ReduceSum(total, 0), DType.Float32), columns = _g.Cast(_g.ReduceSum(total, 1), DType.Float32);
        GraphTensor both = _g.Cast(_g.Add("DiagPart", total), DType.Float32);
        GraphTensor either = rows + columns - both;
        GraphTensor seen = _g.ReduceSum(_g.Cast(either.NotEqual(0.0), DType.Float32));
        either = _g.Add("Select", either.Greater(0.0), either, _g.OnesLike(either));
        GraphTensor parts = both / either;
        GraphTensor isAny = seen.Greater(0.0);
        GraphTensor mean = _g.ReduceSum(parts, name: "mean_iou") / seen;
        return new StreamingMetric(_g.Add("Select", isAny, mean, 0.0), update);
    }

    private (GraphVariable Total, GraphTensor Update) StreamConfusion(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        CheckShapes(labels, predictions);
        GraphVariable total = Local("total_confusion_matrix", [classes, classes], DType.Float64);
        predictions = _g.Cast(predictions, DType.Int64);
        labels = _g.Cast(labels, DType.Int64);
        GraphTensor count = _g.Cast(classes, DType.Int64);
        (predictions, labels) = (_g.Flat(predictions), _g.Flat(labels));
        weights = weights is null ? null : _g.Flat(weights);
        return (total, Add(total, _g.ConfusionMatrix(labels, predictions, count, classes, weights, DType.Float64, null)));
    }

    // A one for each label.
    private GraphTensor Ones(GraphTensor labels)
    {
        GraphTensor size = _g.SizeOf(labels);
        using GraphScope scope = _g.NameScope("ones");
        GraphTensor shape = _g.Stack([size], name: "packed");
        return _g.Add("Fill", scope.Name, null, shape, _g.Constant(1, DType.Float32));
    }

    private GraphTensor AddAt(GraphVariable variable, GraphTensor places, GraphTensor values)
    {
        if (!variable.IsResource)
        {
            return _g.Add("ScatterAdd", variable.Handle, places, values);
        }

        GraphOperation added = _g.AddOperation("ResourceScatterAdd", null, new() { ["dtype"] = variable.DType }, variable.Handle, places, values);
        using GraphScope after = _g.ControlDependencies(added);
        return variable.Read();
    }
}
