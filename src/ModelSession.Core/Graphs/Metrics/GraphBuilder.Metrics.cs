namespace ModelSessions;

/// <content>Metrics.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Metrics over many batches: <c>tf.metrics</c>.</summary>
    public MetricBuilder Metrics => field ??= new MetricBuilder(this);

    /// <summary>Whether each label is among the <paramref name="k"/> greatest predictions.</summary>
    /// <param name="predictions">Scores [batch, classes].</param>
    /// <param name="targets">Class numbers [batch].</param>
    /// <param name="k">How many.</param>
    /// <param name="name">Of the node.</param>
    public GraphTensor InTopK(Operand predictions, Operand targets, int k, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "in_top_k");
        return Add("InTopKV2", "InTopKV2", null, predictions, targets, k);
    }

    /// <summary>How often predictions are the labels, in one batch.</summary>
    /// <param name="labels">Class numbers.</param>
    /// <param name="predictions">Class numbers.</param>
    /// <param name="name"><c>accuracy</c> if null.</param>
    public GraphTensor BatchAccuracy(GraphTensor labels, GraphTensor predictions, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return ReduceMean(Cast(Equal(Cast(predictions, labels.DType), labels), DType.Float32), name: string.IsNullOrEmpty(name) ? "accuracy" : name);
    }

    /// <summary>How often each class is taken for each other in one batch: rows are the labels, columns the predictions.</summary>
    /// <param name="labels">Class numbers.</param>
    /// <param name="predictions">Class numbers.</param>
    /// <param name="classes">How many classes there are; numbers beyond are an error of the run.</param>
    /// <param name="weights">Weights of the examples; none if null.</param>
    /// <param name="dtype">The result's type.</param>
    /// <param name="name"><c>confusion_matrix</c> if null.</param>
    public GraphTensor ConfusionMatrix(
        GraphTensor labels, GraphTensor predictions, int classes, GraphTensor? weights = null, DType dtype = DType.Int32, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        weights = weights is null ? null : Flat(weights);
        return ConfusionMatrix(Flat(labels), Flat(predictions), null, classes, weights, dtype, name);
    }

    /// <summary>As above; the number of classes as an int64 tensor, if there is one already.</summary>
    internal GraphTensor ConfusionMatrix(GraphTensor labels, GraphTensor predictions, GraphTensor? count, int classes, GraphTensor? weights, DType dtype, string? name)
    {
        using GraphScope scope = NameScope(name ?? "confusion_matrix");
        (labels, predictions) = RemoveSqueezableDimensions(labels, predictions);
        GraphTensor said = Cast(predictions, DType.Int64), right = Cast(labels, DType.Int64);
        right = After(right, AssertNonNegative(right, "`labels` contains negative values"));
        said = After(said, AssertNonNegative(said, "`predictions` contains negative values"));
        GraphTensor bound = count ?? Cast(classes, DType.Int64);
        right = After(right, AssertLess(right, bound, "`labels` out of bound"));
        said = After(said, AssertLess(said, bound, "`predictions` out of bound"));
        if (weights is not null)
        {
            CheckSameSize(weights, said);
            weights = Cast(weights, dtype);
        }

        GraphTensor shape = count is null ? Constant(Scalars.CreateVector([classes, classes], DType.Int32), "stack") : Stack([count, count]);
        GraphTensor places = Stack([right, said], 1);
        GraphTensor values = weights ?? OnesLike(said, dtype);
        GraphTensor matrix = Add("ScatterNd", null, null, places, values, Cast(shape, DType.Int64));
        matrix.MergeShape([classes, classes]);
        return matrix;
    }

    /// <summary>A vector of all elements.</summary>
    internal GraphTensor Flat(GraphTensor tensor) => tensor.Shape.Rank > 1 ? Reshape(tensor, (long[])[-1]) : tensor;

    private static void CheckSameSize(GraphTensor weights, GraphTensor values)
    {
        if (!weights.Shape.IsCompatibleWith(values.Shape))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"Each example has one weight: the weights '{weights.Name}' are {weights.Shape}, the examples {values.Shape}.", values.Operation.Name);
        }
    }
}
