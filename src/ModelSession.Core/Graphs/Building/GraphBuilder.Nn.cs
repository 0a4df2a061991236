namespace ModelSessions;

/// <content>Neural networks.</content>
public sealed partial class GraphBuilder
{
    /// <summary>A two-dimensional convolution of images [batch, height, width, channels] with filters [height, width, in, out].</summary>
    /// <param name="input">The images.</param>
    /// <param name="filter">The filters.</param>
    /// <param name="strides">Four steps, those of batch and channels 1.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="name"><c>Conv2D</c> if null.</param>
    public GraphTensor Conv2D(Operand input, Operand filter, long[] strides, string padding, string? name = null) =>
        Add("Conv2D", name, new() { ["strides"] = strides, ["padding"] = padding }, input, filter);

    /// <summary>The greatest element of each window.</summary>
    /// <param name="input">Images [batch, height, width, channels].</param>
    /// <param name="window">Four sizes.</param>
    /// <param name="strides">Four steps.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="name"><c>MaxPool2d</c> if null.</param>
    public GraphTensor MaxPool(Operand input, long[] window, long[] strides, string padding, string? name = null) =>
        Add("MaxPool", name ?? "MaxPool2d", new() { ["ksize"] = window, ["strides"] = strides, ["padding"] = padding }, input);

    /// <summary>The mean of each window.</summary>
    /// <inheritdoc cref="MaxPool"/>
    public GraphTensor AvgPool(Operand input, long[] window, long[] strides, string padding, string? name = null) =>
        Add("AvgPool", name ?? "AvgPool2D", new() { ["ksize"] = window, ["strides"] = strides, ["padding"] = padding }, input);

    /// <summary>A vector added along the channels.</summary>
    public GraphTensor BiasAdd(Operand value, Operand bias, string? name = null) => Add("BiasAdd", name, null, value, bias);

    /// <summary><c>max(x, 0)</c>.</summary>
    public GraphTensor Relu(Operand x, string? name = null) => Add("Relu", name, null, x);

    /// <summary><c>1 / (1 + e⁻ˣ)</c>.</summary>
    public GraphTensor Sigmoid(Operand x, string? name = null) => Add("Sigmoid", name, null, x);

    /// <summary>The hyperbolic tangent.</summary>
    public GraphTensor Tanh(Operand x, string? name = null) => Add("Tanh", name, null, x);

    /// <summary>Probabilities along the last dimension.</summary>
    public GraphTensor Softmax(Operand logits, string? name = null) => Add("Softmax", name, null, logits);

    /// <summary>Half of the sum of squares.</summary>
    public GraphTensor L2Loss(Operand x, string? name = null) => Add("L2Loss", name, null, x);

    /// <summary>Keeps each element with a probability, divided by it, and puts 0 for the others: TF1's dropout,
    /// <c>x / keep · floor(keep + uniform)</c>. A probability of 1 keeps all as they are.</summary>
    public GraphTensor Dropout(GraphTensor x, Operand keepProbability, long? seed = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using GraphScope scope = NameScope(name ?? "dropout");
        GraphTensor shifted = Plus(keepProbability, RandomUniform(ShapeOf(x), seed: seed, dtype: x.DType));
        GraphTensor result = Times(Divide(x, keepProbability), Floor(shifted));
        result.MergeShape(x.Shape);
        return result;
    }

    /// <summary>The log-loss of logits against probabilities, computed stably.</summary>
    /// <param name="labels">Probabilities that sum to 1 along the last dimension, such as one-hot vectors.</param>
    /// <param name="logits">Unscaled log-probabilities of the same shape.</param>
    /// <param name="name"><c>softmax_cross_entropy_with_logits</c> if null.</param>
    /// <returns>A loss for each example: the shape without its last dimension.</returns>
    /// <param name="labelGradients">Whether gradients flow into the labels; TensorFlow 1's <c>softmax_cross_entropy_with_logits</c> stops them.</param>
    public GraphTensor SoftmaxCrossEntropy(Operand labels, Operand logits, string? name = null, bool labelGradients = true)
    {
        using GraphScope scope = NameScope(name ?? (labelGradients ? "softmax_cross_entropy_with_logits" : "softmax_cross_entropy_with_logits_sg"));
        labels = labelGradients ? labels : StopGradient(labels, "labels_stop_gradient");
        GraphTensor exact = logits.ToTensor(this, DType.Float32, "logits");
        DType dtype = exact.DType;
        GraphTensor targets = labels.ToTensor(this, dtype, "labels");
        // Half precision would lose the sum of exponentials.
        GraphTensor wide = dtype is DType.Float16 or DType.BFloat16 ? Cast(exact, DType.Float32) : exact;
        targets = Cast(targets, wide.DType);
        GraphTensor rank = RankOf(wide), shape = ShapeOf(wide);
        GraphTensor loss = Add("SoftmaxCrossEntropyWithLogits", scope.Name, null, FlattenOuterDimensions(wide), FlattenOuterDimensions(targets));
        GraphTensor outer = Slice(shape, (long[])[0], (Operand[])[Add("Sub", rank, 1)]);
        loss = Reshape(loss, outer);
        if (wide.Shape.HasRank)
        {
            loss.MergeShape(new Shape(wide.Shape.Dimensions[..^1]));
        }

        return Cast(loss, dtype);
    }

    // [a, b, c] as [a · b, c].
    private GraphTensor FlattenOuterDimensions(GraphTensor x)
    {
        GraphTensor rank = RankOf(x);
        GraphTensor last = Slice(ShapeOf(x), (Operand[])[Add("Sub", rank, 1)], (long[])[1]);
        GraphTensor result = Reshape(x, Concat([(long[])[-1], last], 0));
        if (x.Shape.HasRank)
        {
            ReadOnlySpan<long> outer = x.Shape.Dimensions[..^1];
            result.MergeShape([outer.Contains(-1) ? -1 : new Shape(outer).ElementCount, x.Shape[-1]]);
        }

        return result;
    }
}
