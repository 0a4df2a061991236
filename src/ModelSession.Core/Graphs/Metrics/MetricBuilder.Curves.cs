namespace ModelSessions;

/// <summary>A curve over thresholds of a score.</summary>
public enum MetricCurve
{
    /// <summary>True positives over false positives.</summary>
    Roc,

    /// <summary>Precision over recall.</summary>
    PrecisionRecall,
}

/// <content>Curves, and tables of classes.</content>
public sealed partial class MetricBuilder
{
    // As TensorFlow has them.
    private const double EndPoint = 1e-7, Epsilon = 1e-6;

    /// <summary>The area under a curve over thresholds, by trapezoids.</summary>
    /// <param name="labels">What is right: booleans, or numbers that are 0 or not.</param>
    /// <param name="predictions">Scores from 0 to 1, of the same shape.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="curve">Which curve.</param>
    /// <param name="thresholds">How many thresholds.</param>
    /// <param name="name">The scope; <c>auc</c> if null.</param>
    public StreamingMetric Auc(
        GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, MetricCurve curve = MetricCurve.Roc, int thresholds = 200, string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(thresholds, 2);
        using VariableScope scope = Open("auc", name);
        float[] cuts = [(float)-EndPoint, .. Enumerable.Range(1, thresholds - 2).Select(i => (float)(i * 1.0 / (thresholds - 1))), (float)(1 + EndPoint)];
        (GraphTensor right, GraphTensor scores) = Same(_g.Cast(labels, DType.Bool), _g.Cast(predictions, DType.Float32));
        GraphTensor row = _g.Reshape(scores, (long[])[1, -1]), rightRow = _g.Reshape(right, (long[])[1, -1]);
        GraphTensor said = row.Greater(_g.ExpandDims(_g.Constant(Tensor.From<float>(cuts)), 1));
        GraphTensor isRight = _g.Add("LogicalAnd", rightRow, _g.OnesLike(said));
        GraphTensor? factors = weights is null ? null : _g.Reshape(_g.BroadcastWeights(_g.Cast(Fitted(weights, scores), DType.Float32), scores), (long[])[1, -1]);
        GraphTensor not = _g.Add("LogicalNot", said), wrong = _g.Add("LogicalNot", isRight);
        (GraphTensor Value, GraphTensor Update) tp = Tally("true_positives", isRight, said), fn = Tally("false_negatives", isRight, not);
        (GraphTensor Value, GraphTensor Update) tn = Tally("true_negatives", wrong, not), fp = Tally("false_positives", wrong, said);
        GraphTensor value = Area(tp.Value, fn.Value, tn.Value, fp.Value, curve, "value");
        return new StreamingMetric(value, Area(tp.Update, fn.Update, tn.Update, fp.Update, curve, "update_op"));

        (GraphTensor Value, GraphTensor Update) Tally(string variable, GraphTensor a, GraphTensor b)
        {
            GraphVariable sums = Local(variable, [thresholds]);
            GraphTensor hits = _g.Cast(_g.Add("LogicalAnd", a, b), DType.Float32);
            hits = factors is null ? hits : hits * factors;
            GraphTensor before = sums.Read();
            return (before, Add(sums, _g.ReduceSum(hits, 1)));
        }
    }

    /// <summary>How often each class is taken for each other: rows are the labels, columns the predictions.</summary>
    /// <param name="labels">Class numbers.</param>
    /// <param name="predictions">Class numbers.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="name">The scope; <c>confusion_matrix</c> if null.</param>
    public StreamingMetric ConfusionMatrix(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, string? name = null)
    {
        using VariableScope scope = Open("confusion_matrix", name);
        GraphVariable total = Local("total_confusion_matrix", [classes, classes], DType.Float64);
        GraphTensor batch = _g.ConfusionMatrix(labels, predictions, classes, weights, DType.Float64);
        GraphTensor value = _g.Identity(total, "value");
        return new StreamingMetric(value, Add(total, batch));
    }

    /// <summary>The mean over classes of how often an example of the class is recognised.</summary>
    /// <inheritdoc cref="ConfusionMatrix"/>
    public StreamingMetric MeanPerClassAccuracy(GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, string? name = null)
    {
        using VariableScope scope = Open("mean_accuracy", name);
        (labels, predictions) = Same(_g.Reshape(_g.Cast(labels, DType.Int64), (long[])[-1]), _g.Reshape(predictions, (long[])[-1]));
        GraphVariable total = Local("total", [classes]), count = Local("count", [classes]);
        GraphTensor hits = _g.Cast(_g.Equal(_g.Cast(predictions, DType.Int64), labels), DType.Float32), ones = _g.OnesLike(hits);
        if (weights is not null)
        {
            GraphTensor factors = _g.Cast(_g.Reshape(weights, (long[])[-1]), DType.Float32);
            (hits, ones) = (hits * factors, ones * factors);
        }

        GraphTensor which = _g.OneHot(labels, classes);
        GraphTensor newTotal = Add(total, Summed(ones)), newCount = Add(count, Summed(hits));
        GraphTensor value = _g.ReduceMean(_g.Add("DivNoNan", count, _g.Maximum(total, 0.0)), name: "mean_accuracy");
        return new StreamingMetric(value, _g.Add("DivNoNan", "update_op", null, newCount, _g.Maximum(newTotal, 0.0)));

        GraphTensor Summed(GraphTensor values) => _g.ReduceSum(which * _g.ExpandDims(values, 1), 0);
    }

    private GraphTensor Area(GraphTensor tp, GraphTensor fn, GraphTensor tn, GraphTensor fp, MetricCurve curve, string name)
    {
        GraphTensor recall = (tp + Epsilon) / (tp + fn + Epsilon);
        (GraphTensor x, GraphTensor y) = curve == MetricCurve.Roc
            ? (fp / (fp + tn + Epsilon), recall)
            : (recall, (tp + Epsilon) / (tp + fp + Epsilon));
        GraphTensor widths = _g.Range(x, null, -1) - _g.Range(x, 1, null);
        GraphTensor heights = (_g.Range(y, null, -1) + _g.Range(y, 1, null)) / 2.0;
        return _g.ReduceSum(_g.Add("Mul", widths, heights), name: name);
    }
}
