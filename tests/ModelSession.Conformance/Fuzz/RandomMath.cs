namespace ModelSessions.Conformance.Fuzz;

/// <summary>Nodes that calculate element by element, reduce, multiply matrices.</summary>
internal static class RandomMath
{
    private static readonly string[] s_unary =
    [
        "Abs", "Atan", "Ceil", "Cos", "Elu", "Erf", "Exp", "Expm1", "Floor", "IsFinite", "Neg", "Relu", "Relu6", "Rint", "Selu", "Sigmoid", "Sign", "Sin",
        "Softplus", "Softsign", "Square", "Tanh", "Identity", "ZerosLike", "OnesLike", "LeakyRelu", "StopGradient", "L2Loss",
    ];

    private static readonly string[] s_positive = ["Log", "Log1p", "Sqrt", "Rsqrt", "Reciprocal", "Lgamma"];

    private static readonly string[] s_binary = ["Add", "AddV2", "Atan2", "Maximum", "Minimum", "Mul", "MulNoNan", "SquaredDifference", "Sub", "DivNoNan"];

    public static IReadOnlyList<Action<RandomGraph>> Nodes { get; } =
    [
        g => g.Add(g.Choose.Of(s_unary), null, g.Float()),
        g => g.Add(g.Choose.Of(s_unary), null, g.Float()),
        Positive, Binary, Binary, WholeNumbers, Compare, Logic, Select, Reduce, Reduce, Arguments, Cumulate, Product, BatchProduct, Einsum, AddMany, Cast, Clip, Segments,
    ];

    private static void Positive(RandomGraph g)
    {
        GraphTensor x = g.Float();
        g.Add(g.Choose.Of(s_positive), null, g.Builder.Add("AddV2", g.Builder.Add("Square", x), One(g, x, 0.5f)));
    }

    private static void Binary(RandomGraph g)
    {
        GraphTensor x = g.Float();
        g.Add(g.Choose.Of(s_binary), null, x, g.Partner(x));
    }

    private static void WholeNumbers(RandomGraph g)
    {
        GraphTensor x = g.Take(g.Choose.Of(DType.Int32, DType.Int64));
        GraphTensor divisor = g.Builder.Constant(x.DType == DType.Int32 ? Tensor.Scalar(g.Choose.Of(-3, -2, 2, 3, 7)) : Tensor.Scalar((long)g.Choose.Of(-3, -2, 2, 3, 7)));
        if (g.Choose.Flag())
        {
            g.Add(g.Choose.Of("FloorDiv", "FloorMod", "TruncateDiv", "TruncateMod"), null, x, divisor);
        }
        else
        {
            g.Add(g.Choose.Of("Add", "Sub", "Mul", "Maximum", "Minimum", "BitwiseAnd", "BitwiseXor"), null, x, g.Partner(x));
        }
    }

    private static void Compare(RandomGraph g)
    {
        GraphTensor x = g.Choose.Flag() ? g.Float() : g.Take(DType.Int32);
        g.Add(g.Choose.Of("Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual"), null, x, g.Partner(x));
    }

    private static void Logic(RandomGraph g)
    {
        GraphTensor x = g.Take(DType.Bool);
        if (g.Choose.Next(3) == 0)
        {
            g.Add("LogicalNot", null, x);
        }
        else
        {
            g.Add(g.Choose.Of("LogicalAnd", "LogicalOr"), null, x, g.Partner(x));
        }
    }

    private static void Select(RandomGraph g)
    {
        GraphTensor condition = g.Take(DType.Bool, 0, 3);
        if (g.Choose.Flag())
        {
            GraphTensor x = g.Placeholder(DType.Float32, condition.Shape);
            g.Add("Select", null, condition, g.Take(DType.Float32, condition.Shape.Rank, condition.Shape.Rank, condition.Shape.Equals), x);
        }
        else
        {
            GraphTensor x = g.Placeholder(DType.Float32, condition.Shape);
            g.Add("SelectV2", null, condition, x, g.Partner(x));
        }
    }

    private static void Reduce(RandomGraph g)
    {
        bool logical = g.Choose.Next(5) == 0;
        GraphTensor x = logical ? g.Take(DType.Bool) : g.Float();
        Tensor axes = Axes(g, x.Shape.Rank);
        g.Add(logical ? g.Choose.Of("All", "Any") : g.Choose.Of("Sum", "Mean", "Max", "Min", "Prod"), new() { ["keep_dims"] = g.Choose.Flag() }, x, axes);
    }

    private static void Arguments(RandomGraph g)
    {
        GraphTensor x = g.Float(minRank: 1);
        g.Add(g.Choose.Of("ArgMax", "ArgMin"), new() { ["output_type"] = g.Choose.Of(DType.Int32, DType.Int64) }, x, Tensor.Scalar(Axis(g, x.Shape.Rank)));
    }

    private static void Cumulate(RandomGraph g)
    {
        GraphTensor x = g.Float(minRank: 1);
        g.Add(g.Choose.Of("Cumsum", "Cumprod"), new() { ["exclusive"] = g.Choose.Flag(), ["reverse"] = g.Choose.Flag() }, x, Tensor.Scalar(Axis(g, x.Shape.Rank)));
    }

    private static void Product(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 2);
        (bool flipX, bool flipY) = (g.Choose.Flag(), g.Choose.Flag());
        long inner = x.Shape[flipX ? 0 : 1], outer = g.Choose.Between(1, 4);
        GraphTensor y = g.Placeholder(x.DType, flipY ? [outer, inner] : [inner, outer]);
        g.Add("MatMul", new() { ["transpose_a"] = flipX, ["transpose_b"] = flipY }, x, y);
    }

    private static void BatchProduct(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 4);
        bool flip = g.Choose.Flag();
        long inner = x.Shape[flip ? -2 : -1], outer = g.Choose.Between(1, 4);
        Shape shape = g.Choose.Flag() ? [inner, outer] : new Shape([.. x.Shape.Dimensions[..^2], inner, outer]);
        g.Add("BatchMatMulV2", new() { ["adj_x"] = flip }, x, g.Placeholder(x.DType, shape));
    }

    private static void Einsum(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 2);
        GraphTensor y = g.Placeholder(x.DType, [x.Shape[1], g.Choose.Between(1, 3)]);
        g.Add("Einsum", new() { ["equation"] = g.Choose.Of("ij,jk->ik", "ij,jk->ki", "ij,jk->k", "ij,jk->j", "ij,jk->ijk") }, x, y);
    }

    private static void AddMany(RandomGraph g)
    {
        GraphTensor x = g.Float();
        Operand[] terms = [.. Enumerable.Range(0, g.Choose.Between(1, 3)).Select(_ => (Operand)g.Take(x.DType, x.Shape.Rank, x.Shape.Rank, x.Shape.Equals)), x];
        g.Add("AddN", null, terms);
    }

    private static void Cast(RandomGraph g)
    {
        GraphTensor x = g.Take(g.Choose.Of(DType.Int32, DType.Int64, DType.Bool, DType.Float32, DType.Float64));
        DType to = x.DType.IsFloating() ? g.Choose.Of(DType.Float32, DType.Float64) : g.Choose.Of(DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Bool);
        g.Add("Cast", new() { ["DstT"] = to }, x);
    }

    private static void Clip(RandomGraph g)
    {
        GraphTensor x = g.Float();
        g.Add("ClipByValue", null, x, One(g, x, -0.75f), One(g, x, 1.25f));
    }

    private static void Segments(RandomGraph g)
    {
        GraphTensor x = g.Float(minRank: 1);
        int rows = (int)x.Shape[0], segments = g.Choose.Between(1, 4);
        int[] ids = [.. Enumerable.Range(0, rows).Select(_ => g.Choose.Next(segments))];
        if (g.Choose.Flag())
        {
            g.Add(g.Choose.Of("UnsortedSegmentSum", "UnsortedSegmentMax", "UnsortedSegmentMin"), null, x, Tensor.From(ids), Tensor.Scalar(segments));
        }
        else
        {
            Array.Sort(ids);
            g.Add(g.Choose.Of("SegmentSum", "SegmentMean", "SegmentMax"), null, x, Tensor.From(ids));
        }
    }

    private static Tensor Axes(RandomGraph g, int rank)
    {
        int[] axes = g.Choose.Some(rank);
        return g.Choose.Flag() && rank > 0 ? Tensor.Scalar(Axis(g, rank)) : Tensor.From(Array.ConvertAll(axes, axis => g.Choose.Flag() ? axis - rank : axis));
    }

    private static int Axis(RandomGraph g, int rank) => g.Choose.Between(-rank, rank - 1);

    private static Tensor One(RandomGraph g, GraphTensor like, float value) => like.DType == DType.Float64 ? Tensor.Scalar((double)value) : Tensor.Scalar(value);
}
