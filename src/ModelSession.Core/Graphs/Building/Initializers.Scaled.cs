namespace ModelSessions;

/// <summary>What the numbers of a variance-scaling initialiser are divided by.</summary>
public enum FanMode
{
    /// <summary>The number of inputs.</summary>
    In,

    /// <summary>The number of outputs.</summary>
    Out,

    /// <summary>Their mean.</summary>
    Average,
}

/// <summary>How the numbers of a variance-scaling initialiser are distributed.</summary>
public enum ScaledDistribution
{
    /// <summary>Normal, those beyond two standard deviations drawn anew.</summary>
    TruncatedNormal,

    /// <summary>Normal.</summary>
    Normal,

    /// <summary>All numbers of an interval equally likely.</summary>
    Uniform,
}

/// <content>First values whose size follows from a variable's shape.</content>
public static partial class Initializers
{
    // The standard deviation of a normal distribution that is cut off at two deviations.
    private const double TruncatedDeviation = .87962566103423978;

    /// <summary>Random numbers of the variance <c>scale / n</c>, with <c>n</c> as <paramref name="mode"/> says.</summary>
    public static Initializer VarianceScaling(
        double scale = 1, FanMode mode = FanMode.In, ScaledDistribution distribution = ScaledDistribution.TruncatedNormal, long? seed = null)
    {
        if (!(scale > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale of an initialiser is above 0.");
        }

        return (builder, shape, dtype) =>
        {
            // A part of a variable is scaled as the whole.
            (double fanIn, double fanOut) = Fans(builder.State.WholeShape ?? shape);
            double variance = scale / Math.Max(1, mode switch { FanMode.In => fanIn, FanMode.Out => fanOut, _ => (fanIn + fanOut) / 2 });
            double limit = Math.Sqrt(3 * variance);
            return distribution switch
            {
                ScaledDistribution.TruncatedNormal => builder.TruncatedNormal(shape, 0, Math.Sqrt(variance) / TruncatedDeviation, dtype, seed),
                ScaledDistribution.Normal => builder.RandomNormal(shape, 0, Math.Sqrt(variance), dtype, seed),
                _ => builder.RandomUniform(shape, -limit, limit, dtype, seed),
            };
        };
    }

    /// <summary>Glorot's (Xavier's) uniform numbers.</summary>
    public static Initializer GlorotUniform(long? seed = null) => VarianceScaling(1, FanMode.Average, ScaledDistribution.Uniform, seed);

    /// <summary>Glorot's (Xavier's) normal numbers.</summary>
    public static Initializer GlorotNormal(long? seed = null) => VarianceScaling(1, FanMode.Average, seed: seed);

    /// <summary>He's uniform numbers.</summary>
    public static Initializer HeUniform(long? seed = null) => VarianceScaling(2, FanMode.In, ScaledDistribution.Uniform, seed);

    /// <summary>He's normal numbers.</summary>
    public static Initializer HeNormal(long? seed = null) => VarianceScaling(2, FanMode.In, seed: seed);

    /// <summary>LeCun's uniform numbers.</summary>
    public static Initializer LecunUniform(long? seed = null) => VarianceScaling(1, FanMode.In, ScaledDistribution.Uniform, seed);

    /// <summary>LeCun's normal numbers.</summary>
    public static Initializer LecunNormal(long? seed = null) => VarianceScaling(1, FanMode.In, seed: seed);

    /// <summary>A matrix whose columns (or rows, if they are fewer) are orthogonal and of length <paramref name="gain"/>; dimensions before the last
    /// count as one.</summary>
    public static Initializer Orthogonal(double gain = 1, long? seed = null) => (builder, shape, dtype) =>
    {
        CheckRank(shape, shape.Rank >= 2, "An orthogonal matrix has two dimensions or more");
        long rows = shape.ElementCount / Math.Max(1, shape[-1]), columns = shape[-1];
        bool wide = rows < columns;
        GraphTensor random = builder.RandomNormal(wide ? (long[])[columns, rows] : (long[])[rows, columns], dtype: dtype, seed: seed);
        GraphOperation factors = builder.AddOperation("Qr", null, new() { ["full_matrices"] = false }, random);
        // The signs of R's diagonal make the distribution uniform.
        GraphTensor diagonal = builder.Add("DiagPart", factors.Outputs[1]);
        GraphTensor matrix = factors.Outputs[0] * builder.Add("Sign", diagonal);
        if (wide)
        {
            using GraphScope scope = builder.NameScope("matrix_transpose");
            matrix = builder.Transpose(matrix, (long[])[1, 0]);
        }

        // A list of sizes, as Python gives it.
        GraphTensor shaped = builder.Reshape(matrix, shape);
        return builder.Times(gain, shaped);
    };

    /// <summary>A matrix that is <paramref name="gain"/> on its diagonal and 0 elsewhere.</summary>
    public static Initializer Identity(double gain = 1) => (builder, shape, dtype) =>
    {
        CheckRank(shape, shape.Rank == 2, "An identity matrix has two dimensions");
        GraphTensor eye;
        using (GraphScope scope = builder.NameScope("eye"))
        {
            GraphTensor ones = builder.Ones((long[])[Math.Min(shape[0], shape[1])], dtype);
            eye = shape[0] == shape[1]
                ? builder.Add("MatrixDiagV3", "diag", null, ones, 0, -1, -1, builder.Constant(0, dtype, null, "diag/padding_value"))
                : builder.Add("MatrixSetDiagV3", "set_diag", null, builder.Zeros(shape, dtype), ones, 0);
        }

        return builder.Times(gain, eye);
    };

    private static void CheckRank(Shape shape, bool fits, string wanted)
    {
        if (!fits)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"{wanted}; the variable is {shape}.");
        }
    }

    // Inputs and outputs of one unit: what is before the last two dimensions is the field that a filter sees.
    private static (double In, double Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
        {
            return shape.Rank == 0 ? (1, 1) : (shape[0], shape[0]);
        }

        double field = 1;
        foreach (long size in shape.Dimensions[..^2])
        {
            field *= size;
        }

        return (shape[-2] * field, shape[-1] * field);
    }
}
