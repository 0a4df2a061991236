namespace ModelSessions;

/// <summary>Makes the first value of a variable.</summary>
/// <param name="builder">In the scope of the variable's initialiser.</param>
/// <param name="shape">The variable's shape.</param>
/// <param name="dtype">The variable's type.</param>
public delegate GraphTensor Initializer(GraphBuilder builder, Shape shape, DType dtype);

/// <summary>The usual first values of variables.</summary>
public static partial class Initializers
{
    /// <summary>All 0.</summary>
    public static Initializer Zeros { get; } = (builder, shape, dtype) => builder.Zeros(shape, dtype);

    /// <summary>All 1.</summary>
    public static Initializer Ones { get; } = (builder, shape, dtype) => builder.Ones(shape, dtype);

    /// <summary>All the same number.</summary>
    public static Initializer Constant(double value) => (builder, shape, dtype) => builder.Constant(value, dtype, shape);

    /// <summary>Normal numbers, those beyond two standard deviations drawn anew.</summary>
    public static Initializer TruncatedNormal(double mean = 0, double standardDeviation = 1, long? seed = null) =>
        (builder, shape, dtype) => builder.TruncatedNormal(shape, mean, standardDeviation, dtype, seed);

    /// <summary>Normal numbers.</summary>
    public static Initializer RandomNormal(double mean = 0, double standardDeviation = 1, long? seed = null) =>
        (builder, shape, dtype) => builder.RandomNormal(shape, mean, standardDeviation, dtype, seed);

    /// <summary>Numbers in an interval, all equally likely.</summary>
    public static Initializer RandomUniform(double minimum, double maximum, long? seed = null) =>
        (builder, shape, dtype) => builder.RandomUniform(shape, minimum, maximum, dtype, seed);
}
