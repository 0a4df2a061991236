namespace ModelSessions;

/// <summary>Losses over batches: each gives a number (see <see cref="LossReduction"/>), which the collection <c>losses</c> lists.</summary>
public sealed partial class LossBuilder
{
    private readonly GraphBuilder _g;

    internal LossBuilder(GraphBuilder builder) => _g = builder;

    /// <summary><c>|predictions − labels|</c>.</summary>
    /// <param name="labels">What is right.</param>
    /// <param name="predictions">What the model says, of the same shape.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor AbsoluteDifference(GraphTensor labels, GraphTensor predictions, LossOptions? options = null) =>
        Each("absolute_difference", labels, predictions, options, (z, x) => _g.Abs(_g.Add("Sub", x, z)));

    /// <summary><c>(predictions − labels)²</c>.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    public GraphTensor MeanSquaredError(GraphTensor labels, GraphTensor predictions, LossOptions? options = null) =>
        Each("mean_squared_error", labels, predictions, options, (z, x) => _g.Add("SquaredDifference", x, z));

    /// <summary>One minus the product of unit vectors along an axis.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    /// <param name="axis">The dimension of the vectors.</param>
    /// <param name="labels">Unit vectors.</param>
    /// <param name="predictions">Unit vectors.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor CosineDistance(GraphTensor labels, GraphTensor predictions, int axis, LossOptions? options = null) =>
        Each("cosine_distance_loss", labels, predictions, options, (z, x) => 1.0 - _g.ReduceSum(_g.Add("Mul", x, z), (long[])[axis], keepDims: true));

    /// <summary><c>max(0, 1 − t · logits)</c>, t being 1 and −1 for labels of 1 and 0.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    public GraphTensor Hinge(GraphTensor labels, GraphTensor predictions, LossOptions? options = null) =>
        Each("hinge_loss", labels, predictions, options, (z, x) =>
        {
            GraphTensor ones = _g.OnesLike(z);
            GraphTensor signs = _g.Add("Sub", _g.Times(2.0, z), ones);
            return _g.Relu(_g.Add("Sub", ones, _g.Add("Mul", signs, x)));
        });

    /// <summary>Half the squared error below <paramref name="delta"/>, a straight line above it.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    /// <param name="delta">Where the parabola becomes a line.</param>
    /// <param name="labels">What is right.</param>
    /// <param name="predictions">What the model says.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor Huber(GraphTensor labels, GraphTensor predictions, double delta = 1, LossOptions? options = null) =>
        Each("huber_loss", labels, predictions, options, (z, x) =>
        {
            GraphTensor error = _g.Abs(_g.Add("Sub", x, z));
            GraphTensor quadratic = _g.Minimum(error, delta);
            GraphTensor linear = _g.Add("Sub", error, quadratic);
            GraphTensor half = _g.Constant(0.5);
            GraphTensor square = _g.Add("Mul", half, _g.Add("Mul", quadratic, quadratic));
            return _g.Plus(square, _g.Add("Mul", delta, linear), "Add");
        });

    /// <summary><c>−labels · log(p + ε) − (1 − labels) · log(1 − p + ε)</c>.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    /// <param name="epsilon">Added before the logarithm.</param>
    /// <param name="labels">Probabilities, 0 and 1.</param>
    /// <param name="predictions">Probabilities.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor Log(GraphTensor labels, GraphTensor predictions, double epsilon = 1e-7, LossOptions? options = null) =>
        Each("log_loss", labels, predictions, options, (z, x) =>
        {
            GraphTensor yes = -_g.Add("Mul", z, _g.Log(x + epsilon));
            GraphTensor rest = 1.0 - z;
            return yes - _g.Add("Mul", rest, _g.Log(1.0 - x + epsilon));
        });

    /// <summary>The squared differences between the errors of each pair of elements of an example, averaged.</summary>
    /// <inheritdoc cref="AbsoluteDifference"/>
    public GraphTensor MeanPairwiseSquaredError(GraphTensor labels, GraphTensor predictions, LossOptions? options = null)
    {
        options ??= new LossOptions();
        using GraphScope scope = Open("mean_pairwise_squared_error", labels, predictions, options);
        GraphTensor factors = _g.Cast(options.Weights, DType.Float32), right = _g.Cast(labels, DType.Float32);
        using GraphScope check = _g.ControlDependencies(_g.AssertBroadcastable(factors, right));
        GraphTensor differences = _g.Add("Sub", _g.Cast(predictions, DType.Float32), right);
        GraphTensor axes = _g.Sequence(1, _g.RankOf(differences));
        GraphTensor squares = _g.ReduceSum(_g.Square(differences), axes, keepDims: true);
        GraphTensor present = NumberPresent(differences, factors, perExample: true);
        GraphTensor first = _g.Times(2.0, _g.Add("DivNoNan", "value", null, squares, _g.Maximum(present - 1.0, 0.0)));
        GraphTensor sums = _g.ReduceSum(differences, axes, keepDims: true);
        GraphTensor squared = _g.Square(sums), fewer = present - 1.0;
        GraphTensor second = _g.Times(2.0, _g.Add("DivNoNan", "value", null, squared, _g.Maximum(_g.Add("Mul", present, fewer), 0.0)));
        GraphTensor loss = _g.ReduceSum(_g.Add("Mul", first - second, factors));
        GraphTensor any = _g.ReduceSum(present).Greater(0.0);
        return Collect(_g.Add("Select", "value", null, any, loss, _g.ZerosLike(loss)), options);
    }

    /// <summary>The log-loss of logits against one-hot labels; no gradient flows into the labels.</summary>
    /// <param name="labels">One-hot vectors, or probabilities.</param>
    /// <param name="logits">Unscaled log-probabilities of the same shape.</param>
    /// <param name="options">Weights, reduction, label smoothing …</param>
    public GraphTensor SoftmaxCrossEntropy(GraphTensor labels, GraphTensor logits, LossOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        options ??= new LossOptions();
        using GraphScope scope = Open("softmax_cross_entropy_loss", labels, logits, options);
        GraphTensor targets = _g.Cast(labels, logits.DType);
        if (options.LabelSmoothing > 0)
        {
            GraphTensor classes = _g.Cast(_g.Element(_g.ShapeOf(targets), -1), logits.DType);
            GraphTensor negatives = _g.Divide(options.LabelSmoothing, classes);
            targets = (targets * (1.0 - options.LabelSmoothing)) + negatives;
        }

        targets = _g.StopGradient(targets, "labels_stop_gradient");
        return Weighted(_g.SoftmaxCrossEntropy(targets, logits, "xentropy"), options.Weights, options);
    }

    /// <summary>The log-loss of logits against independent labels.</summary>
    /// <param name="labels">Probabilities, 0 and 1.</param>
    /// <param name="logits">Unscaled log-odds of the same shape.</param>
    /// <param name="options">Weights, reduction, label smoothing …</param>
    public GraphTensor SigmoidCrossEntropy(GraphTensor labels, GraphTensor logits, LossOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        options ??= new LossOptions();
        using GraphScope scope = Open("sigmoid_cross_entropy_loss", labels, logits, options);
        GraphTensor targets = _g.Cast(labels, logits.DType);
        if (options.LabelSmoothing > 0)
        {
            targets = (targets * (1.0 - options.LabelSmoothing)) + (0.5 * options.LabelSmoothing);
        }

        return Weighted(_g.SigmoidCrossEntropy(targets, logits, "xentropy"), options.Weights, options);
    }

    /// <summary>The log-loss of logits against class numbers.</summary>
    /// <param name="labels">Class numbers, one for each row of logits; a last dimension of 1 is dropped.</param>
    /// <param name="logits">Unscaled log-probabilities, classes along the last dimension.</param>
    /// <param name="options">Weights, reduction …</param>
    public GraphTensor SparseSoftmaxCrossEntropy(GraphTensor labels, GraphTensor logits, LossOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(logits);
        options ??= new LossOptions();
        using GraphScope scope = _g.NameScope(Name(options) ?? "sparse_softmax_cross_entropy_loss");
        (GraphTensor classes, GraphTensor x) = _g.RemoveSqueezableDimensions(labels, logits, 1);
        GraphTensor factors = options.Weights.ToTensor(_g, DType.Float32, "Const");
        if (factors.Shape.HasRank && classes.Shape.HasRank && factors.Shape.Rank == classes.Shape.Rank + 1)
        {
            factors = _g.Squeeze(factors, [-1]);
        }

        return Weighted(_g.SparseSoftmaxCrossEntropy(classes, x, "xentropy"), factors, options);
    }

    /// <summary>The losses that a collection lists.</summary>
    public IReadOnlyList<GraphTensor> GetLosses(string collection = CollectionKeys.Losses) => [.. _g.Graph.Collections.Names(collection).Select(_g.Graph.Tensor)];

    /// <summary>The penalties of variables' sizes.</summary>
    public IReadOnlyList<GraphTensor> GetRegularizationLosses() => GetLosses(CollectionKeys.RegularizationLosses);

    /// <summary>The sum of all losses: what is to be minimised.</summary>
    /// <param name="addRegularization">Whether the penalties of variables' sizes are added.</param>
    /// <param name="name"><c>total_loss</c> if null.</param>
    /// <exception cref="GraphException">There are no losses.</exception>
    public GraphTensor GetTotalLoss(bool addRegularization = true, string? name = null)
    {
        GraphTensor[] all = [.. GetLosses(), .. addRegularization ? GetRegularizationLosses() : []];
        string title = name is null or "" ? "total_loss" : name;
        return all switch
        {
            [] => throw new GraphException(StatusCode.InvalidArgument, "The graph has no losses yet; those of g.Losses are listed by themselves, others by AddToCollection('losses', …)."),
            [var only] => _g.Identity(only, title),
            _ => _g.AddN(all, title),
        };
    }
}
