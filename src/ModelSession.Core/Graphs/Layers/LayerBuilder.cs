namespace ModelSessions;

/// <summary>Layers with variables of their own, named as <c>tf.layers</c> names them: <c>dense/kernel</c>, <c>conv2d_1/bias</c>.</summary>
public sealed partial class LayerBuilder
{
    private readonly GraphBuilder _g;

    internal LayerBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A layer in which every output depends on every input: <c>activation(x · kernel + bias)</c>, over the last dimension.</summary>
    /// <param name="x">The inputs; the size of the last dimension must be known.</param>
    /// <param name="units">The number of outputs.</param>
    /// <param name="options">Name, activation, initialisers …</param>
    public GraphTensor Dense(GraphTensor x, int units, LayerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        options ??= new LayerOptions();
        Channels(x, "dense");
        using VariableScope scope = Open("dense", options.Name, options.Reuse);
        (GraphVariable kernel, GraphVariable? bias) = DenseVariables(x, units, options);
        return Dense(x, kernel, bias, units, options);
    }

    /// <summary>The variables of a dense layer, in the scope that is open.</summary>
    internal (GraphVariable Kernel, GraphVariable? Bias) DenseVariables(GraphTensor x, int units, LayerOptions options)
    {
        Shape shape = [Channels(x, "dense"), units];
        GraphVariable kernel = Weight("kernel", shape, x.DType, options.KernelInitializer, options.KernelRegularizer, options.Trainable);
        return (kernel, Bias(units, x.DType, options));
    }

    /// <summary>The nodes of a dense layer.</summary>
    internal GraphTensor Dense(GraphTensor x, GraphVariable kernel, GraphVariable? bias, int units, LayerOptions options) =>
        Finish(x.Shape.Rank == 2 ? _g.MatMul(x, kernel) : TensorDot(x, kernel, units), bias, options);

    /// <summary>A dense layer with an activation.</summary>
    /// <inheritdoc cref="Dense(GraphTensor, int, LayerOptions?)"/>
    /// <param name="x">The inputs.</param>
    /// <param name="units">The number of outputs.</param>
    /// <param name="activation">Such as <c>"relu"</c>.</param>
    /// <param name="name">The layer's scope.</param>
    public GraphTensor Dense(GraphTensor x, int units, LayerActivation? activation, string? name = null) =>
        Dense(x, units, new LayerOptions { Activation = activation, Name = name is "" ? null : name });

    /// <summary>Rows of numbers: all dimensions but the first in one.</summary>
    public GraphTensor Flatten(GraphTensor x, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using VariableScope scope = Open("flatten", name, null);
        if (x.Shape.Rank == 1)
        {
            return _g.ExpandDims(x, 1);
        }

        if (!x.Shape.HasRank || x.Shape.Rank == 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"'{x.Name}' {x.Shape} cannot be flattened: the number of its dimensions must be known and not 0.", x.Operation.Name);
        }

        ReadOnlySpan<long> inner = x.Shape.Dimensions[1..];
        return inner.Contains(-1)
            ? _g.Reshape(x, (Operand[])[_g.Element(_g.ShapeOf(x), 0), -1])
            : _g.Reshape(x, _g.Constant(Scalars.CreateVector([-1, new Shape(inner).ElementCount], DType.Int32)));
    }

    /// <summary>Puts zeros for some elements while training, and makes the others larger by as much.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="rate">The part of the elements that is dropped.</param>
    /// <param name="training">Whether it is training: true, false, or a boolean scalar that is fed.</param>
    /// <param name="seed">The random numbers' own seed.</param>
    /// <param name="name">The layer's scope; <c>dropout</c> with a number if null.</param>
    public GraphTensor Dropout(GraphTensor x, Operand rate, Operand training, long? seed = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        using VariableScope scope = Open("dropout", name, null);
        return Either(training, () => _g.DropoutByRate(x, rate, seed), () => _g.Identity(x));
    }

    /// <summary>The place where something is done in training and something else otherwise: at once where it is known, else a branch.</summary>
    private T Either<T>(Operand training, Func<T> then, Func<T> otherwise)
        where T : class =>
        training.Flag is { } known ? (known ? then() : otherwise()) : _g.Cond(training, then, otherwise);

    private VariableScope Open(string kind, string? name, VariableReuse? reuse) => string.IsNullOrEmpty(name)
        ? reuse is null or VariableReuse.Never
            ? _g.UniqueVariableScope(kind)
            : throw new ArgumentException($"A layer that takes variables again needs a name: that of the first '{kind}'.", nameof(name))
        : _g.VariableScope(name, reuse);

    private GraphVariable Weight(string name, Shape shape, DType dtype, Initializer? initializer, Regularizer? regularizer, bool trainable)
    {
        int before = _g.Graph.Count;
        GraphVariable variable = _g.GetVariable(name, shape, initializer, dtype, trainable: trainable);
        // A variable that was there has its penalty already.
        if (regularizer is not null && _g.Graph.Count > before)
        {
            using GraphScope scope = _g.NameScope(name + "/Regularizer");
            if (regularizer(_g, variable) is { } penalty)
            {
                _g.AddToCollection(CollectionKeys.RegularizationLosses, penalty);
            }
        }

        return variable;
    }

    private GraphVariable? Bias(long units, DType dtype, LayerOptions options) => options.UseBias
        ? Weight("bias", [units], dtype, options.BiasInitializer, options.BiasRegularizer, options.Trainable)
        : null;

    private GraphTensor Finish(GraphTensor sums, GraphVariable? bias, LayerOptions options)
    {
        GraphTensor result = bias is null ? sums : _g.BiasAdd(sums, bias);
        return options.Activation?.Apply(result) ?? result;
    }

    private static long Channels(GraphTensor x, string kind) => x.Shape.Rank >= 2 && x.Shape[-1] > 0
        ? x.Shape[-1]
        : throw new GraphException(
            StatusCode.InvalidArgument,
            $"The layer '{kind}' must know the size of the last dimension of its input; '{x.Name}' is {x.Shape}.{(x.Shape.Rank == 1 ? " A vector of examples becomes rows by Flatten." : "")}",
            x.Operation.Name);

    // tf.tensordot over the last dimension.
    private GraphTensor TensorDot(GraphTensor x, GraphVariable kernel, long units)
    {
        int rank = x.Shape.Rank;
        long[] free = [.. Enumerable.Range(0, rank - 1)];
        using GraphScope scope = _g.NameScope("Tensordot");
        GraphTensor result;
        if (x.Shape.IsFullyDefined)
        {
            GraphTensor weights = kernel.Read();
            long rows = new Shape(x.Shape.Dimensions[..^1]).ElementCount;
            GraphTensor product = _g.MatMul(_g.Reshape(x, (long[])[rows, x.Shape[-1]]), weights);
            return _g.Add("Reshape", scope.Name, null, product, (long[])[.. x.Shape.Dimensions[..^1], units]);
        }

        GraphTensor matrix = kernel.Read();
        GraphTensor axes = _g.Constant(Scalars.CreateVector([rank - 1], DType.Int32), "axes");
        GraphTensor others = _g.Constant(Scalars.CreateVector(free, DType.Int32), "free");
        GraphTensor shape = _g.ShapeOf(x);
        GraphTensor freeSizes = _g.Gather(shape, others), axisSizes = _g.Gather(shape, axes);
        GraphTensor rowCount = _g.ReduceProd(freeSizes), columns = _g.ReduceProd(axisSizes);
        GraphTensor order = _g.Concat([others, axes], 0);
        GraphTensor sizes = _g.Stack([rowCount, columns]);
        GraphTensor flat = _g.Reshape(_g.Transpose(x, order, "transpose"), sizes);
        GraphTensor dot = _g.MatMul(flat, matrix);
        GraphTensor last = _g.Constant(Scalars.CreateVector([units], DType.Int32));
        result = _g.Add("Reshape", scope.Name, null, dot, _g.Concat([freeSizes, last], 0));
        result.MergeShape([.. x.Shape.Dimensions[..^1], units]);
        return result;
    }
}
