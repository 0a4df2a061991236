namespace ModelSessions;

/// <summary>A curve over thresholds of a score.</summary>
public enum MetricCurve
{
    /// <summary>True positives over false positives.</summary>
    Roc,

    /// <summary>Precision over recall.</summary>
    PrecisionRecall,
}

/// <summary>How the area under a curve is summed up from its points.</summary>
public enum AreaSummation
{
    /// <summary>By trapezoids between neighbouring points.</summary>
    Trapezoidal,

    /// <summary>By the true curve between two points, for precision over recall; by trapezoids for the other curve.</summary>
    CarefulInterpolation,

    /// <summary>By the lower one of two points.</summary>
    Minoring,

    /// <summary>By the higher one of two points.</summary>
    Majoring,
}

/// <summary>How an area is computed; in PowerShell a table.</summary>
public sealed record AucOptions
{
    /// <summary>Which curve.</summary>
    public MetricCurve Curve { get; init; }

    /// <summary>How the area is summed up.</summary>
    public AreaSummation Summation { get; init; }

    /// <summary>How many thresholds there are, at equal distances.</summary>
    public int ThresholdCount { get; init; } = 200;

    /// <summary>The thresholds between 0 and 1; as many as said, at equal distances, if null.</summary>
    public double[]? Thresholds { get; init; }
}

/// <content>Areas under curves.</content>
public sealed partial class MetricBuilder
{
    // As TensorFlow has them.
    private const double EndPoint = 1e-7, Epsilon = 1e-6;

    /// <summary>The area under a curve over thresholds.</summary>
    /// <param name="labels">What is right: booleans, or numbers that are 0 or not.</param>
    /// <param name="predictions">Scores from 0 to 1, of the same shape.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="options">Which curve, and how; true over false positives, by trapezoids over 200 thresholds, if null.</param>
    /// <param name="name">The scope; <c>auc</c> if null.</param>
    public StreamingMetric Auc(GraphTensor labels, GraphTensor predictions, GraphTensor? weights = null, AucOptions? options = null, string? name = null)
    {
        options ??= new();
        using VariableScope scope = Open("auc", name);
        float[] cuts = Cuts(options);
        using (_g.ControlDependencies(_g.AssertWithin(predictions, 0, 1, "predictions must be in [0, 1]")))
        {
            predictions = _g.Cast(predictions, DType.Float32);
            (labels, predictions) = Same(_g.Cast(labels, DType.Bool), predictions);
            weights = weights is null ? null : Fitted(weights, predictions);
        }

        Counts counts = CountAt(cuts, labels, predictions, weights);
        GraphTensor value = Area(counts.Select(part => part.Value.Read()), options, cuts.Length, "value");
        return new StreamingMetric(value, Area(counts.Select(part => part.Update), options, cuts.Length, "update_op"));
    }

    private static float[] Cuts(AucOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ThresholdCount, 2, nameof(options));
        int count = options.ThresholdCount;
        IEnumerable<double> inner = options.Thresholds?.Order() ?? Enumerable.Range(1, count - 2).Select(i => i * 1.0 / (count - 1));
        return [(float)-EndPoint, .. inner.Select(cut => (float)cut), (float)(1 + EndPoint)];
    }

    // How many are right and wrong to be called positive and negative, at each threshold.
    private Counts CountAt(float[] cuts, GraphTensor labels, GraphTensor predictions, GraphTensor? weights)
    {
        GraphTensor column = _g.Reshape(predictions, (long[])[-1, 1]), truth = _g.Reshape(labels, (long[])[1, -1]);
        GraphTensor? count = column.Shape[0] >= 0 ? null : _g.Element(_g.ShapeOf(column), 0);
        GraphTensor level = _g.ExpandDims(_g.Constant(Tensor.From<float>(cuts)), (long[])[1]);
        GraphTensor times = count is null ? _g.Constant(Scalars.CreateVector([1, column.Shape[0]], DType.Int32), "stack") : _g.Stack([1, count]);
        GraphTensor levels = _g.Tile(level, times);
        GraphTensor isPositive = _g.Tile(_g.Transpose(column), (long[])[cuts.Length, 1]).Greater(levels);
        GraphTensor isNegative = _g.Add("LogicalNot", isPositive);
        GraphTensor isTrue = _g.Tile(truth, (long[])[cuts.Length, 1]);
        GraphTensor isFalse = _g.Add("LogicalNot", isTrue);
        GraphTensor? factors = weights is null ? null
            : _g.Tile(_g.Reshape(_g.BroadcastWeights(_g.Cast(weights, DType.Float32), predictions), (long[])[1, -1]), (long[])[cuts.Length, 1]);
        return new(
            Tally("true_positives", isTrue, isPositive),
            Tally("false_negatives", isTrue, isNegative),
            Tally("true_negatives", isFalse, isNegative),
            Tally("false_positives", isFalse, isPositive));

        (GraphVariable Value, GraphTensor Update) Tally(string variable, GraphTensor a, GraphTensor b)
        {
            GraphVariable sums = Local(variable, [cuts.Length]);
            GraphTensor hits = _g.Cast(_g.Add("LogicalAnd", a, b), DType.Float32);
            return (sums, Add(sums, _g.ReduceSum(factors is null ? hits : hits * factors, 1)));
        }
    }

    private GraphTensor Area((GraphTensor TruePositives, GraphTensor FalseNegatives, GraphTensor TrueNegatives, GraphTensor FalsePositives) counts, AucOptions options, int points, string name)
    {
        (GraphTensor tp, GraphTensor fn, GraphTensor tn, GraphTensor fp) = counts;
        bool isRoc = options.Curve == MetricCurve.Roc;
        if (!isRoc && options.Summation == AreaSummation.CarefulInterpolation)
        {
            return Interpolated(tp, fp, fn, points);
        }

        GraphTensor recall = (tp + Epsilon) / (tp + fn + Epsilon);
        (GraphTensor x, GraphTensor y) = isRoc ? (fp / (fp + tn + Epsilon), recall) : (recall, (tp + Epsilon) / (tp + fp + Epsilon));
        GraphTensor widths = Before(x, points) - Behind(x);
        GraphTensor left = Before(y, points), right = Behind(y);
        GraphTensor heights = options.Summation switch
        {
            AreaSummation.Minoring => _g.Minimum(left, right),
            AreaSummation.Majoring => _g.Maximum(left, right),
            _ => (left + right) / 2.0,
        };
        return _g.ReduceSum(_g.Add("Mul", widths, heights), name: name);
    }

    // Between two points true positives grow evenly with all that are called positive.
    private GraphTensor Interpolated(GraphTensor tp, GraphTensor fp, GraphTensor fn, int points)
    {
        GraphTensor rise = Before(tp, points) - Behind(tp);
        GraphTensor all = tp + fp;
        GraphTensor slope = Ratio(rise, Before(all, points) - Behind(all), "prec_slope");
        GraphTensor from = Behind(tp) - _g.Add("Mul", slope, Behind(all));
        GraphTensor areAny = _g.Add("LogicalAnd", Before(all, points).Greater(0.0), Behind(all).Greater(0.0));
        GraphTensor ratio = Ratio(Before(all, points), Behind(all), "recall_relative_ratio");
        ratio = _g.Add("Select", areAny, ratio, _g.OnesLike(Behind(all)));
        GraphTensor sums = slope * (rise + (from * _g.Log(ratio)));
        return _g.ReduceSum(Ratio(sums, Behind(tp) + Behind(fn), "pr_auc_increment"), name: "interpolate_pr_auc");
    }

    private GraphTensor Ratio(GraphTensor x, GraphTensor y, string name) => _g.Add("DivNoNan", name, null, x, _g.Maximum(y, 0.0));

    private GraphTensor Before(GraphTensor x, int points) => _g.Range(x, null, points - 1);

    private GraphTensor Behind(GraphTensor x) => _g.Range(x, 1, null);

    private sealed record Counts(
        (GraphVariable Value, GraphTensor Update) TruePositives,
        (GraphVariable Value, GraphTensor Update) FalseNegatives,
        (GraphVariable Value, GraphTensor Update) TrueNegatives,
        (GraphVariable Value, GraphTensor Update) FalsePositives)
    {
        public (GraphTensor, GraphTensor, GraphTensor, GraphTensor) Select(Func<(GraphVariable Value, GraphTensor Update), GraphTensor> part) =>
            (part(TruePositives), part(FalseNegatives), part(TrueNegatives), part(FalsePositives));
    }
}
