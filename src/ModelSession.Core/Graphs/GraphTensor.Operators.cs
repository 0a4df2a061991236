namespace ModelSessions;

/// <content>Arithmetic on symbols: each operator adds an operation to the tensor's graph, named as Python names it.</content>
public sealed partial class GraphTensor
{
    /// <summary><c>x + y</c>, broadcast.</summary>
    public static GraphTensor operator +(GraphTensor x, GraphTensor y) => Of(x).Plus(x, y);

    /// <summary><c>x + y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator +(GraphTensor x, Operand y) => Of(x).Plus(x, y);

    /// <summary><c>x + y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator +(Operand x, GraphTensor y) => Of(y).Plus(x, y);

    /// <summary><c>x − y</c>, broadcast.</summary>
    public static GraphTensor operator -(GraphTensor x, GraphTensor y) => Of(x).Minus(x, y);

    /// <summary><c>x − y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator -(GraphTensor x, Operand y) => Of(x).Minus(x, y);

    /// <summary><c>x − y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator -(Operand x, GraphTensor y) => Of(y).Minus(x, y);

    /// <summary><c>x · y</c>, broadcast.</summary>
    public static GraphTensor operator *(GraphTensor x, GraphTensor y) => Of(x).Times(x, y);

    /// <summary><c>x · y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator *(GraphTensor x, Operand y) => Of(x).Times(x, y);

    /// <summary><c>x · y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator *(Operand x, GraphTensor y) => Of(y).Times(x, y);

    /// <summary><c>x / y</c>, broadcast; integers are cast to floats before.</summary>
    public static GraphTensor operator /(GraphTensor x, GraphTensor y) => Of(x).Divide(x, y);

    /// <summary><c>x / y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator /(GraphTensor x, Operand y) => Of(x).Divide(x, y);

    /// <summary><c>x / y</c>, broadcast; a number takes the tensor's type.</summary>
    public static GraphTensor operator /(Operand x, GraphTensor y) => Of(y).Divide(x, y);

    /// <summary>The remainder with the divisor's sign, as Python's <c>%</c>.</summary>
    public static GraphTensor operator %(GraphTensor x, GraphTensor y) => Of(x).Modulo(x, y);

    /// <summary>The remainder with the divisor's sign; a number takes the tensor's type.</summary>
    public static GraphTensor operator %(GraphTensor x, Operand y) => Of(x).Modulo(x, y);

    /// <summary><c>−x</c>.</summary>
    public static GraphTensor operator -(GraphTensor x) => Of(x).Negate(x);

    /// <summary><c>xʸ</c>, broadcast.</summary>
    public GraphTensor Pow(Operand exponent) => Graph.Builder.Add("Pow", "pow", null, this, exponent);

    /// <summary>Whether elements are less.</summary>
    public GraphTensor Less(Operand other) => Graph.Builder.Add("Less", this, other);

    /// <summary>Whether elements are less or equal.</summary>
    public GraphTensor LessEqual(Operand other) => Graph.Builder.Add("LessEqual", this, other);

    /// <summary>Whether elements are greater.</summary>
    public GraphTensor Greater(Operand other) => Graph.Builder.Add("Greater", this, other);

    /// <summary>Whether elements are greater or equal.</summary>
    public GraphTensor GreaterEqual(Operand other) => Graph.Builder.Add("GreaterEqual", this, other);

    /// <summary>Whether elements are equal.</summary>
    public GraphTensor Equal(Operand other) => Graph.Builder.Add("Equal", this, other);

    /// <summary>Whether elements differ.</summary>
    public GraphTensor NotEqual(Operand other) => Graph.Builder.Add("NotEqual", this, other);

    /// <summary>Tells what the caller knows of the shape beyond what was inferred.</summary>
    /// <exception cref="GraphException">It contradicts what was inferred.</exception>
    public void MergeShape(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = Shape.TryMerge(shape, out Shape merged)
            ? merged
            : throw new GraphException(StatusCode.InvalidArgument, $"'{Name}' has the shape {Shape}; it cannot be {shape}.", Operation.Name);
    }

    private static GraphBuilder Of(GraphTensor x) => x?.Graph.Builder ?? throw new ArgumentNullException(nameof(x));
}
