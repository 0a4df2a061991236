namespace ModelSessions;

/// <content>What belongs to training: learning rates; values, and gradients between their computation and their use, kept within bounds.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Learning rates that fall with the step: <c>g.LearningRates.ExponentialDecay(0.1, step, 1000, 0.96)</c>.</summary>
    public LearningRateDecays LearningRates => field ??= new(this);

    /// <summary>Each element within an interval: <c>tf.clip_by_value</c>.</summary>
    public GraphTensor ClipByValue(Operand value, Operand minimum, Operand maximum, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "clip_by_value");
        GraphTensor tensor = value.ToTensor(this, DType.Float32, "t");
        return Maximum(Minimum(tensor, maximum), minimum, scope.Name);
    }

    /// <summary>Each element of a gradient within an interval; of slices, those that there are.</summary>
    public Gradient ClipByValue(Gradient gradient, Operand minimum, Operand maximum, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return gradient.WithValues(ClipByValue(gradient.Values, minimum, maximum, name));
    }

    /// <summary>A tensor shortened to a Euclidean length if it is longer: <c>tf.clip_by_norm</c>.</summary>
    /// <param name="value">The tensor.</param>
    /// <param name="clipNorm">The greatest length, 0 or more: a number or a tensor.</param>
    /// <param name="axes">The dimensions that a length is over; all if null.</param>
    /// <param name="name"><c>clip_by_norm</c> if null.</param>
    public GraphTensor ClipByNorm(Operand value, Operand clipNorm, long[]? axes = null, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "clip_by_norm");
        GraphTensor tensor = value.ToTensor(this, DType.Float32, "t");
        Operand bound = clipNorm.Tensor is null && clipNorm.Variable is null ? NotNegative(clipNorm) : Cast(Maximum(clipNorm, 0), tensor.DType);
        GraphTensor squares = ReduceSum(tensor * tensor, axes is null ? (Operand?)null : axes, keepDims: true);
        GraphTensor positive = squares.Greater(0);
        // The root's gradient at 0 is infinite.
        GraphTensor safe = Add("Select", positive, squares, OnesLike(squares));
        GraphTensor length = Add("Select", positive, Sqrt(safe), squares);
        GraphTensor scaled = tensor * bound;
        return Identity(scaled / Maximum(length, bound), scope.Name);
    }

    /// <summary>A gradient shortened to a Euclidean length if it is longer; of slices, the length of those that there are.</summary>
    /// <inheritdoc cref="ClipByNorm(Operand, Operand, long[], string)"/>
    /// <param name="gradient">The gradient.</param>
    /// <param name="clipNorm">The greatest length.</param>
    /// <param name="axes">The dimensions that a length is over; all if null.</param>
    /// <param name="name"><c>clip_by_norm</c> if null.</param>
    public Gradient ClipByNorm(Gradient gradient, Operand clipNorm, long[]? axes = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return gradient.WithValues(ClipByNorm(gradient.Values, clipNorm, axes, name));
    }

    /// <summary>A tensor shortened so that its length, divided by the number of its elements, is at most <paramref name="clipNorm"/>:
    /// <c>tf.clip_by_average_norm</c>.</summary>
    public GraphTensor ClipByAverageNorm(Operand value, Operand clipNorm, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "clip_by_average_norm");
        GraphTensor tensor = value.ToTensor(this, DType.Float32, "t");
        GraphTensor count = Cast(SizeOf(tensor), DType.Float32);
        GraphTensor squares = tensor * tensor;
        GraphTensor inverse = Add("Rsqrt", ReduceSum(squares, Sequence(0, RankOf(tensor), 1)));
        GraphTensor scaled = tensor * clipNorm;
        GraphTensor least = inverse * count;
        return Identity(scaled * Minimum(least, Constant(1) / clipNorm), scope.Name);
    }

    /// <summary>The Euclidean length of tensors taken together: <c>tf.global_norm</c>. Of slices, of those that there are.</summary>
    /// <param name="gradients">The tensors; null is nothing.</param>
    /// <param name="name"><c>global_norm</c> if null.</param>
    public GraphTensor GlobalNorm(Gradient?[] gradients, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        GraphTensor[] values = Values(gradients);
        using GraphScope scope = NameScope(name ?? "global_norm");
        Operand[] halves = Array.ConvertAll(values, value =>
        {
            using GraphScope place = ColocateWith(value.Operation);
            return (Operand)L2Loss(value);
        });
        GraphTensor half = ReduceSum(Stack(halves));
        return Sqrt(half * Constant(2, half.DType), "global_norm");
    }

    /// <summary>Gradients scaled, all by the same number, so that their length taken together is at most <paramref name="clipNorm"/>:
    /// <c>tf.clip_by_global_norm</c>. Where the length is infinite or NaN, all become NaN.</summary>
    /// <param name="gradients">The gradients; null stays null.</param>
    /// <param name="clipNorm">The greatest length: a number or a tensor.</param>
    /// <param name="useNorm">The length, if it is known already; computed if null.</param>
    /// <param name="name"><c>clip_by_global_norm</c> if null.</param>
    public ClippedGradients ClipByGlobalNorm(Gradient?[] gradients, Operand clipNorm, GraphTensor? useNorm = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        GraphTensor norm = useNorm ?? GlobalNorm(gradients, name);
        using GraphScope scope = NameScope(name ?? "clip_by_global_norm");
        GraphTensor inverse = 1.0 / norm;
        GraphTensor least = Minimum(inverse, Constant(1, norm.DType) / clipNorm);
        GraphTensor finite = clipNorm * least;
        GraphTensor scale = finite + (norm - norm);
        Gradient?[] clipped = new Gradient?[gradients.Length];
        for (int i = 0; i < clipped.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                using GraphScope place = ColocateWith(gradient.Values.Operation);
                clipped[i] = gradient.WithValues(Identity(gradient.Values * Cast(scale, gradient.Values.DType), $"{scope.Name}_{i}"));
            }
        }

        return new ClippedGradients(clipped, norm);
    }

    /// <summary>The gradients of variables scaled so that their length taken together is at most <paramref name="clipNorm"/>, as an optimizer
    /// takes them.</summary>
    /// <param name="gradients">What <see cref="Optimizer.ComputeGradients"/> gives.</param>
    /// <param name="clipNorm">The greatest length: a number or a tensor.</param>
    /// <param name="name"><c>clip_by_global_norm</c> if null.</param>
    public VariableGradient[] ClipByGlobalNorm(VariableGradient[] gradients, Operand clipNorm, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Gradient?[] clipped = ClipByGlobalNorm(Array.ConvertAll(gradients, pair => pair.Gradient), clipNorm, null, name).Gradients;
        return [.. clipped.Zip(gradients, (gradient, pair) => new VariableGradient(gradient, pair.Variable))];
    }

    private static GraphTensor[] Values(Gradient?[] gradients)
    {
        GraphTensor[] values = [.. gradients.OfType<Gradient>().Select(gradient => gradient.Values)];
        return values.Length > 0 ? values : throw new GraphException(StatusCode.InvalidArgument, "There are no gradients whose length could be computed.");
    }

    private static Operand NotNegative(Operand number) => number.Real is < 0 ? 0.0 : number;
}
