namespace ModelSessions;

/// <summary>Makes the penalty of a variable's size, a scalar that is added to the loss; null for none.</summary>
/// <param name="builder">In the scope of the variable's regulariser: <c>dense/kernel/Regularizer/</c>.</param>
/// <param name="weights">The variable, which is read where it is used.</param>
public delegate GraphTensor? Regularizer(GraphBuilder builder, Operand weights);

/// <summary>The usual penalties, with the nodes of TensorFlow 1's <c>tf.contrib.layers</c>.</summary>
public static class Regularizers
{
    /// <summary><c>scale · Σ |w|</c>.</summary>
    public static Regularizer L1(double scale, string? name = null)
    {
        Check(scale);
        return (builder, weights) =>
        {
            if (scale == 0)
            {
                return null;
            }

            using GraphScope scope = builder.NameScope(name ?? "l1_regularizer");
            GraphTensor factor = builder.Constant(scale, Type(weights), null, "scale");
            return builder.Times(factor, builder.ReduceSum(builder.Abs(weights)), scope.Name);
        };
    }

    /// <summary><c>scale · ½ Σ w²</c>.</summary>
    public static Regularizer L2(double scale, string? name = null)
    {
        Check(scale);
        return (builder, weights) =>
        {
            if (scale == 0)
            {
                return null;
            }

            using GraphScope scope = builder.NameScope(name ?? "l2_regularizer");
            GraphTensor factor = builder.Constant(scale, Type(weights), null, "scale");
            return builder.Times(factor, builder.L2Loss(weights), scope.Name);
        };
    }

    /// <summary>Both: <c>l1 · Σ |w| + l2 · ½ Σ w²</c>.</summary>
    public static Regularizer L1L2(double l1, double l2, string? name = null) =>
        l1 == 0 ? L2(l2, name) : l2 == 0 ? L1(l1, name) : Sum([L1(l1), L2(l2)], name ?? "l1_l2_regularizer");

    /// <summary>The sum of several penalties.</summary>
    public static Regularizer Sum(IReadOnlyList<Regularizer> regularizers, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(regularizers);
        return (builder, weights) =>
        {
            using GraphScope scope = builder.NameScope(name ?? "sum_regularizer");
            GraphTensor[] terms = [.. regularizers.Select(regularizer => regularizer(builder, weights)).OfType<GraphTensor>()];
            return terms.Length > 0 ? builder.AddN(terms, scope.Name) : null;
        };
    }

    private static DType Type(Operand weights) => weights.DType == DType.Invalid ? DType.Float32 : weights.DType;

    private static void Check(double scale)
    {
        if (!(scale >= 0) || double.IsInfinity(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "A penalty's scale is a finite number of 0 or more.");
        }
    }
}
