namespace ModelSessions;

/// <content>Arithmetic, comparison, reduction.</content>
public sealed partial class GraphBuilder
{
    /// <summary><c>x + y</c>, broadcast.</summary>
    public GraphTensor Plus(Operand x, Operand y, string? name = null) =>
        Add(x.DType == DType.String || y.DType == DType.String ? "Add" : "AddV2", name ?? "add", null, x, y);

    /// <summary><c>x − y</c>, broadcast.</summary>
    public GraphTensor Minus(Operand x, Operand y, string? name = null) => Add("Sub", name ?? "sub", null, x, y);

    /// <summary><c>x · y</c>, broadcast.</summary>
    public GraphTensor Times(Operand x, Operand y, string? name = null) => Add("Mul", name ?? "mul", null, x, y);

    /// <summary><c>x / y</c>, broadcast; integers are cast to floats before.</summary>
    public GraphTensor Divide(Operand x, Operand y, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "truediv");
        DType dtype = x.DType != DType.Invalid ? x.DType : y.DType;
        GraphTensor dividend = x.ToTensor(this, dtype, "x"), divisor = y.ToTensor(this, dividend.DType, "y");
        return dividend.DType switch
        {
            DType.Int32 or DType.UInt32 or DType.Int64 or DType.UInt64 =>
                Add("RealDiv", scope.Name, null, Cast(dividend, DType.Float64), Cast(divisor, DType.Float64)),
            DType.Int8 or DType.UInt8 or DType.Int16 or DType.UInt16 =>
                Add("RealDiv", scope.Name, null, Cast(dividend, DType.Float32), Cast(divisor, DType.Float32)),
            _ => Add("RealDiv", scope.Name, null, dividend, divisor),
        };
    }

    /// <summary>The remainder with the divisor's sign, as Python's <c>%</c>.</summary>
    public GraphTensor Modulo(Operand x, Operand y, string? name = null) => Add("FloorMod", name ?? "mod", null, x, y);

    /// <summary><c>−x</c>.</summary>
    public GraphTensor Negate(Operand x, string? name = null) => Add("Neg", name, null, x);

    /// <summary>The product of two matrices, or of batches of matrices.</summary>
    public GraphTensor MatMul(Operand a, Operand b, bool transposeA = false, bool transposeB = false, string? name = null)
    {
        using GraphScope scope = NameScope(name ?? "MatMul");
        DType dtype = a.DType != DType.Invalid ? a.DType : b.DType;
        GraphTensor left = a.ToTensor(this, dtype, "a"), right = b.ToTensor(this, left.DType, "b");
        bool batch = left.Shape.Rank is -1 or > 2 || right.Shape.Rank is -1 or > 2;
        return batch
            ? Add("BatchMatMulV2", scope.Name, new() { ["adj_x"] = transposeA, ["adj_y"] = transposeB }, transposeA ? Conjugate(left) : left, transposeB ? Conjugate(right) : right)
            : Add("MatMul", scope.Name, new() { ["transpose_a"] = transposeA, ["transpose_b"] = transposeB }, left, right);
    }

    /// <summary>The sum of tensors of one shape.</summary>
    public GraphTensor AddN(IReadOnlyList<GraphTensor> values, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 1 && name is null ? values[0] : Add("AddN", name, null, [.. values]);
    }

    /// <summary>The value in another type; the same tensor if it has that type.</summary>
    public GraphTensor Cast(Operand x, DType dtype, string? name = null)
    {
        if (x.DType == dtype && x.Tensor is { } same)
        {
            return same;
        }

        using GraphScope scope = NameScope(name ?? "Cast");
        GraphTensor tensor = x.ToTensor(this, DType.Invalid, "x");
        return tensor.DType == dtype ? tensor : Add("Cast", scope.Name, new() { ["DstT"] = dtype }, tensor);
    }

    /// <summary>The complex conjugate; the same tensor if it is real.</summary>
    public GraphTensor Conjugate(GraphTensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.DType.IsComplex() ? Add("Conj", x) : x;
    }

    /// <summary>The exponential function.</summary>
    public GraphTensor Exp(Operand x, string? name = null) => Add("Exp", name, null, x);

    /// <summary>The natural logarithm.</summary>
    public GraphTensor Log(Operand x, string? name = null) => Add("Log", name, null, x);

    /// <summary>The square root.</summary>
    public GraphTensor Sqrt(Operand x, string? name = null) => Add("Sqrt", name, null, x);

    /// <summary><c>x²</c>.</summary>
    public GraphTensor Square(Operand x, string? name = null) => Add("Square", name, null, x);

    /// <summary>The magnitude.</summary>
    public GraphTensor Abs(Operand x, string? name = null) =>
        x.DType.IsComplex() ? Add("ComplexAbs", name ?? "Abs", new() { ["Tout"] = x.DType == DType.Complex64 ? DType.Float32 : DType.Float64 }, x) : Add("Abs", name, null, x);

    /// <summary>The greatest integer that is not greater.</summary>
    public GraphTensor Floor(Operand x, string? name = null) => Add("Floor", name, null, x);

    /// <summary>The greater of two numbers.</summary>
    public GraphTensor Maximum(Operand x, Operand y, string? name = null) => Add("Maximum", name, null, x, y);

    /// <summary>The lesser of two numbers.</summary>
    public GraphTensor Minimum(Operand x, Operand y, string? name = null) => Add("Minimum", name, null, x, y);

    /// <summary>Whether elements are equal.</summary>
    public GraphTensor Equal(Operand x, Operand y, string? name = null) => Add("Equal", name, null, x, y);

    /// <summary><paramref name="x"/> where the condition holds, else <paramref name="y"/>; broadcast.</summary>
    public GraphTensor Where(Operand condition, Operand x, Operand y, string? name = null) => Add("SelectV2", name, null, condition, x, y);

    /// <summary>Which element along an axis is greatest; the first of several.</summary>
    public GraphTensor ArgMax(Operand x, int axis, DType outputType = DType.Int64, string? name = null) =>
        Add("ArgMax", name, new() { ["output_type"] = outputType }, x, axis);

    /// <summary>The sum over axes; over all if none are given.</summary>
    public GraphTensor ReduceSum(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("Sum", x, axes, keepDims, name);

    /// <summary>The mean over axes; over all if none are given.</summary>
    public GraphTensor ReduceMean(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("Mean", x, axes, keepDims, name);

    /// <summary>The product over axes; over all if none are given.</summary>
    public GraphTensor ReduceProd(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("Prod", x, axes, keepDims, name);

    /// <summary>The greatest element over axes; over all if none are given.</summary>
    public GraphTensor ReduceMax(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("Max", x, axes, keepDims, name);

    /// <summary>The least element over axes; over all if none are given.</summary>
    public GraphTensor ReduceMin(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("Min", x, axes, keepDims, name);

    /// <summary>Whether all truth values over axes are true; over all if none are given.</summary>
    public GraphTensor ReduceAll(Operand x, Operand? axes = null, bool keepDims = false, string? name = null) => Reduce("All", x, axes, keepDims, name);

    private GraphTensor Reduce(string type, Operand x, Operand? axes, bool keepDims, string? name)
    {
        NodeAttributes attributes = new() { ["keep_dims"] = keepDims };
        if (axes is { } given)
        {
            return Add(type, name, attributes, x, given);
        }

        // As TensorFlow does, the axes stand outside of the operation's scope, and a variable is read inside of it.
        int rank = x.Rank;
        GraphTensor all = rank > 0
            ? Constant(Scalars.CreateVector([.. Enumerable.Range(0, rank).Select(axis => (long)axis)], DType.Int32))
            : Sequence(0, RankOf(x.ToTensor(this, DType.Invalid, "x")), 1);
        GraphTensor result = Add(type, name, attributes, x, all);
        if (!keepDims)
        {
            result.MergeShape(Shape.Scalar);
        }

        return result;
    }
}
