namespace ModelSessions;

/// <content>Activations and other parts of networks without variables: <c>tf.nn</c>.</content>
public sealed partial class GraphBuilder
{
    /// <summary><c>min(max(x, 0), 6)</c>.</summary>
    public GraphTensor Relu6(Operand x, string? name = null) => Add("Relu6", name, null, x);

    /// <summary><c>x</c>, or <c>eˣ − 1</c> below 0.</summary>
    public GraphTensor Elu(Operand x, string? name = null) => Add("Elu", name, null, x);

    /// <summary>Elu scaled so that activations keep mean 0 and variance 1.</summary>
    public GraphTensor Selu(Operand x, string? name = null) => Add("Selu", name, null, x);

    /// <summary><c>x</c>, or <c>alpha · x</c> below 0.</summary>
    public GraphTensor LeakyRelu(Operand x, double alpha = 0.2, string? name = null) => Add("LeakyRelu", name, new() { ["alpha"] = (float)alpha }, x);

    /// <summary><c>log(1 + eˣ)</c>.</summary>
    public GraphTensor Softplus(Operand x, string? name = null) => Add("Softplus", name, null, x);

    /// <summary><c>x / (1 + |x|)</c>.</summary>
    public GraphTensor Softsign(Operand x, string? name = null) => Add("Softsign", name, null, x);

    /// <summary><c>max(x, 0)</c> beside <c>max(−x, 0)</c>.</summary>
    public GraphTensor Crelu(GraphTensor x, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "CRelu");
        GraphTensor both = Add("ConcatV2", scope.Name, null, x, Negate(x), -1);
        return Relu(both);
    }

    /// <summary><c>x · Φ(x)</c> with the normal distribution's Φ, or the tanh approximation of it.</summary>
    public GraphTensor Gelu(GraphTensor x, bool approximate = false, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using GraphScope scope = NameScope(name ?? "Gelu");
        if (!approximate)
        {
            GraphTensor half = Times(0.5, x);
            GraphTensor root = Constant(1.4142135623730951, x.DType, null, "Cast/x");
            return half * Plus(1.0, Add("Erf", Divide(x, root)));
        }

        GraphTensor cubic = Constant(0.044715, x.DType, null, "Cast/x");
        GraphTensor first = Times(0.5, x);
        GraphTensor inner = x + (cubic * Add("Pow", x, 3.0));
        return first * Plus(1.0, Tanh(Times(0.7978845608028654, inner)));
    }

    /// <summary>The logarithm of <see cref="Softmax"/>, computed stably.</summary>
    public GraphTensor LogSoftmax(Operand logits, string? name = null) => Add("LogSoftmax", name, null, logits);

    /// <summary><c>x · w + b</c>.</summary>
    public GraphTensor XwPlusB(Operand x, Operand weights, Operand biases, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "xw_plus_b");
        GraphTensor left = x.ToTensor(this, DType.Float32, "x"), matrix = weights.ToTensor(this, left.DType, "weights"), vector = biases.ToTensor(this, left.DType, "biases");
        return BiasAdd(MatMul(left, matrix), vector, scope.Name);
    }

    /// <summary>Each element divided by the size of those in the channels around it.</summary>
    public GraphTensor LocalResponseNormalization(Operand input, int depthRadius = 5, double bias = 1, double alpha = 1, double beta = 0.5, string? name = null) =>
        Add("LRN", name, new() { ["depth_radius"] = depthRadius, ["bias"] = (float)bias, ["alpha"] = (float)alpha, ["beta"] = (float)beta }, input);

    /// <summary>The tensor divided by its Euclidean length along an axis.</summary>
    public GraphTensor L2Normalize(GraphTensor x, Operand axis, double epsilon = 1e-12, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "l2_normalize");
        GraphTensor squares = ReduceSum(Square(x), axis, keepDims: true);
        return Times(x, Add("Rsqrt", Maximum(squares, epsilon)), scope.Name);
    }

    /// <summary>Means and variances along axes.</summary>
    public (GraphTensor Mean, GraphTensor Variance) Moments(GraphTensor x, long[] axes, bool keepDims = false, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using GraphScope scope = NameScope(name ?? "moments");
        GraphTensor wide = x.DType is DType.Float16 or DType.BFloat16 ? Cast(x, DType.Float32) : x;
        GraphTensor mean = ReduceMean(wide, axes, keepDims: true, name: "mean");
        GraphTensor variance = ReduceMean(Add("SquaredDifference", wide, StopGradient(mean)), axes, keepDims: true, name: "variance");
        if (!keepDims)
        {
            (mean, variance) = (Squeeze(mean, axes), Squeeze(variance, axes));
        }

        return (Cast(mean, x.DType), Cast(variance, x.DType));
    }

    /// <summary><c>(x − mean) / √(variance + ε) · scale + offset</c>.</summary>
    public GraphTensor BatchNormalization(GraphTensor x, Operand mean, Operand variance, Operand? offset, Operand? scale, double epsilon, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using GraphScope scope = NameScope(name ?? "batchnorm");
        GraphTensor inverse = Add("Rsqrt", variance.ToTensor(this, x.DType, "variance") + epsilon);
        if (scale is { } factor)
        {
            inverse = Times(inverse, factor);
        }

        GraphTensor scaled = x * Cast(inverse, x.DType);
        GraphTensor centre = mean.ToTensor(this, x.DType, "mean");
        if (offset is null)
        {
            return scaled + Cast(Negate(centre) * inverse, x.DType);
        }

        GraphTensor shifted = centre * inverse;
        GraphTensor given = offset.Value.ToTensor(this, x.DType, "offset");
        return scaled + Cast(given - shifted, x.DType);
    }

    /// <summary>Batch normalisation of images by one node: the normalised images, and the means and variances of the batch.</summary>
    /// <param name="x">Images [batch, height, width, channels].</param>
    /// <param name="scale">A factor for each channel.</param>
    /// <param name="offset">An offset for each channel.</param>
    /// <param name="mean">The means to be used where it is not training.</param>
    /// <param name="variance">The variances to be used where it is not training.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="training">Whether the batch's own means and variances are used.</param>
    /// <param name="name"><c>FusedBatchNormV3</c> if null.</param>
    public (GraphTensor Y, GraphTensor Mean, GraphTensor Variance) FusedBatchNormalization(
        GraphTensor x, Operand scale, Operand offset, Operand? mean = null, Operand? variance = null, double epsilon = 1e-3, bool training = true, string? name = null)
    {
        if (!training && (mean is null || variance is null))
        {
            throw new ArgumentException("Without training, a mean and a variance must be given.", nameof(mean));
        }

        GraphTensor factors = scale.ToTensor(this, DType.Float32, "scale"), offsets = offset.ToTensor(this, DType.Float32, "offset");
        Operand centres = mean ?? (Operand)Constant(0, DType.Float32, [0]), spreads = variance ?? (Operand)Constant(0, DType.Float32, [0]);
        GraphOperation node = AddOperation("FusedBatchNormV3", name, new() { ["epsilon"] = (float)epsilon, ["is_training"] = training }, x, factors, offsets, centres, spreads);
        return (node.Outputs[0], node.Outputs[1], node.Outputs[2]);
    }

    /// <summary>Filters over each channel of images alone.</summary>
    /// <param name="input">Images [batch, height, width, channels].</param>
    /// <param name="filter">Filters [height, width, channels, multiplier].</param>
    /// <param name="strides">Four steps.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="rates">Two distances of the places that a filter looks at; 1 if null.</param>
    /// <param name="name"><c>depthwise</c> if null.</param>
    public GraphTensor DepthwiseConv2D(Operand input, Operand filter, long[] strides, string padding, long[]? rates = null, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "depthwise");
        long[] dilations = [1, .. rates ?? [1, 1], 1];
        return Add("DepthwiseConv2dNative", scope.Name, new() { ["strides"] = strides, ["padding"] = padding, ["dilations"] = dilations }, input, filter);
    }

    /// <summary>The transpose of a convolution: images [batch, height, width, channels] made larger.</summary>
    /// <param name="input">The images.</param>
    /// <param name="filter">Filters [height, width, out, in].</param>
    /// <param name="outputShape">Four sizes.</param>
    /// <param name="strides">Four steps.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="name"><c>conv2d_transpose</c> if null.</param>
    public GraphTensor Conv2DTranspose(Operand input, Operand filter, Operand outputShape, long[] strides, string padding = "SAME", string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "conv2d_transpose");
        return Add("Conv2DBackpropInput", scope.Name, new() { ["strides"] = strides, ["padding"] = padding }, outputShape, filter, input);
    }

    /// <summary>Puts zeros for a part of the elements, and divides the others by what is left: <c>tf.nn.dropout(rate=…)</c>.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="rate">The part that is dropped: a number, or a scalar that is fed.</param>
    /// <param name="seed">The random numbers' own seed.</param>
    /// <param name="name"><c>dropout</c> if null.</param>
    public GraphTensor DropoutByRate(GraphTensor x, Operand rate, long? seed = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using GraphScope scope = NameScope(name ?? "dropout");
        GraphTensor scaled;
        Operand limit = rate;
        if (rate.Real is { } number)
        {
            if (!(number >= 0 && number < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(rate), number, "The rate of a dropout is a number from 0 to below 1.");
            }

            if (number == 0)
            {
                // The random numbers of other nodes stay what they are with any rate.
                Seeds(seed);
                return x;
            }

            scaled = Add("Mul", x, Constant(1 / (1 - number), x.DType));
        }
        else
        {
            GraphTensor fed = Cast(rate, x.DType);
            limit = fed;
            scaled = Add("RealDiv", x, Add("Sub", Constant(1, x.DType), fed));
        }

        GraphTensor random = RandomUniform(ShapeOf(x), seed: seed, dtype: x.DType);
        GraphTensor kept = random.GreaterEqual(limit);
        GraphTensor result = Where(kept, scaled, Constant(0, x.DType));
        result.MergeShape(x.Shape);
        return result;
    }
}
