namespace ModelSessions;

/// <content>Losses.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Losses over batches, listed in a collection: <c>tf.losses</c>.</summary>
    public LossBuilder Losses => field ??= new LossBuilder(this);

    /// <summary>The log-loss of logits against independent probabilities, computed stably.</summary>
    /// <param name="labels">Probabilities.</param>
    /// <param name="logits">Unscaled log-odds of the same shape.</param>
    /// <param name="name"><c>logistic_loss</c> if null.</param>
    /// <returns>A loss for each element.</returns>
    public GraphTensor SigmoidCrossEntropy(Operand labels, Operand logits, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "logistic_loss");
        GraphTensor x = logits.ToTensor(this, DType.Float32, "logits"), z = labels.ToTensor(this, x.DType, "labels");
        if (!x.Shape.IsCompatibleWith(z.Shape))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Logits '{x.Name}' {x.Shape} and labels '{z.Name}' {z.Shape} must have the same shape.", x.Operation.Name);
        }

        GraphTensor zeros = ZerosLike(x);
        GraphTensor positive = x.GreaterEqual(zeros);
        GraphTensor relu = Add("Select", positive, x, zeros);
        GraphTensor minusAbs = Add("Select", positive, Negate(x), x);
        return Plus(relu - (x * z), Add("Log1p", Exp(minusAbs)), scope.Name);
    }

    /// <summary>The log-loss of logits against class numbers, computed stably.</summary>
    /// <param name="labels">Class numbers, of the logits' shape without its last dimension.</param>
    /// <param name="logits">Unscaled log-probabilities, classes along the last dimension.</param>
    /// <param name="name"><c>SparseSoftmaxCrossEntropyWithLogits</c> if null.</param>
    /// <returns>A loss for each label.</returns>
    public GraphTensor SparseSoftmaxCrossEntropy(Operand labels, Operand logits, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "SparseSoftmaxCrossEntropyWithLogits");
        GraphTensor classes = labels.ToTensor(this, DType.Int32, "labels"), x = logits.ToTensor(this, DType.Float32, "logits");
        GraphTensor wide = x.DType == DType.Float16 ? Cast(x, DType.Float32) : x;
        GraphTensor shape = ShapeOf(classes);
        CheckClasses(classes, x);
        if (x.Shape.Rank == 2)
        {
            return Cast(Add("SparseSoftmaxCrossEntropyWithLogits", name, null, wide, classes), x.DType);
        }

        bool known = classes.Shape.IsFullyDefined && x.Shape.HasRank && !x.Shape.Dimensions[..^1].Contains(-1);
        using GraphScope checks = ControlDependencies(known ? [] : [AssertEqual(ShapeOf(classes), Range(ShapeOf(x), null, -1))]);
        GraphTensor sizes = ShapeOf(x), last = RankOf(x) - 1;
        GraphTensor count = Element(sizes, last);
        GraphTensor rows = Reshape(wide, (Operand[])[-1, count]), flat = Reshape(classes, (long[])[-1]);
        GraphTensor loss = Add("SparseSoftmaxCrossEntropyWithLogits", name, null, rows, flat);
        loss = Reshape(loss, shape);
        loss.MergeShape(classes.Shape);
        return Cast(loss, x.DType);
    }

    /// <summary>The log-loss of logits against probabilities, with a factor for what is missed.</summary>
    /// <param name="labels">Probabilities.</param>
    /// <param name="logits">Unscaled log-odds of the same shape.</param>
    /// <param name="positiveWeight">The factor of the positive part: above 1 for fewer false negatives.</param>
    /// <param name="name"><c>logistic_loss</c> if null.</param>
    public GraphTensor WeightedCrossEntropy(GraphTensor labels, GraphTensor logits, Operand positiveWeight, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using GraphScope scope = NameScope(name ?? "logistic_loss");
        GraphTensor more = positiveWeight.Real is { } number ? Times(number - 1, labels) : (positiveWeight.ToTensor(this, logits.DType, "pos_weight") - 1.0) * labels;
        GraphTensor factor = Plus(1.0, more);
        GraphTensor negative = Minus(1.0, labels) * logits;
        GraphTensor log = Add("Log1p", Exp(Negate(Abs(logits)))) + Relu(Negate(logits));
        return Plus(negative, factor * log, scope.Name);
    }

    private static void CheckClasses(GraphTensor classes, GraphTensor logits)
    {
        bool fits = !classes.Shape.HasRank || !logits.Shape.HasRank
            || (logits.Shape.Rank == classes.Shape.Rank + 1 && classes.Shape.IsCompatibleWith(new Shape(logits.Shape.Dimensions[..^1])));
        if (!fits)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"Class numbers '{classes.Name}' {classes.Shape} must have the shape of the logits '{logits.Name}' {logits.Shape} without their last dimension.{(logits.Shape.IsCompatibleWith(classes.Shape) ? " One-hot labels go to SoftmaxCrossEntropy." : "")}",
                logits.Operation.Name);
        }
    }
}
