namespace ModelSessions;

/// <summary>An input for an operation that is to be built: a tensor, a variable (whose value is read), or something that becomes a
/// constant: a number, a list of integers, a <see cref="Tensor"/>, a list of numbers and tensors (packed into a vector).</summary>
public readonly struct Operand
{
    private readonly object? _value;

    private Operand(object value) => _value = value;

    /// <summary>The graph tensor, if it is one already.</summary>
    internal GraphTensor? Tensor => _value as GraphTensor;

    /// <summary>The variable, if it is one.</summary>
    internal GraphVariable? Variable => _value as GraphVariable;

    /// <summary>The number that it is; null if it is something else.</summary>
    internal double? Real => _value as double? ?? Number;

    /// <summary>The whole number that it is; null if it is something else.</summary>
    internal long? Number => _value as long?;

    /// <summary>The truth value that it is; null if it is something else.</summary>
    internal bool? Flag => _value as bool?;

    /// <summary>The shape that it stands for, if it is a list of sizes and not a tensor of the graph.</summary>
    internal Shape? KnownShape => _value is long[] sizes ? new Shape(sizes) : null;

    /// <summary>The number of dimensions; −1 if unknown.</summary>
    internal int Rank => _value switch
    {
        GraphTensor tensor => tensor.Shape.Rank,
        GraphVariable variable => variable.Shape.Rank,
        Tensor tensor => tensor.Shape.Rank,
        long[] or Operand[] => 1,
        _ => 0,
    };

    /// <summary>The element type that it has by itself; Invalid for numbers, which take the type that is asked for.</summary>
    internal DType DType => _value switch
    {
        GraphTensor tensor => tensor.DType,
        GraphVariable variable => variable.DType,
        Tensor tensor => tensor.DType,
        _ => DType.Invalid,
    };

    /// <summary>A tensor of the graph.</summary>
    public static implicit operator Operand(GraphTensor tensor) => new(tensor ?? throw new ArgumentNullException(nameof(tensor)));

    /// <summary>A variable's value.</summary>
    public static implicit operator Operand(GraphVariable variable) => new(variable ?? throw new ArgumentNullException(nameof(variable)));

    /// <summary>A constant.</summary>
    public static implicit operator Operand(Tensor tensor) => new(tensor ?? throw new ArgumentNullException(nameof(tensor)));

    /// <summary>A scalar constant of the type that the operation wants; int32 if it takes any.</summary>
    public static implicit operator Operand(int value) => new((long)value);

    /// <summary>A scalar constant of the type that the operation wants; int32 if it takes any.</summary>
    public static implicit operator Operand(long value) => new(value);

    /// <summary>A scalar constant of the type that the operation wants; float32 if it takes any.</summary>
    public static implicit operator Operand(double value) => new(value);

    /// <summary>A boolean scalar constant.</summary>
    public static implicit operator Operand(bool value) => new(value);

    /// <summary>A constant vector: a shape, axes.</summary>
    public static implicit operator Operand(long[] values) => new(values);

    /// <summary>A constant vector of a shape's sizes, which must be known; −1 stands for one left open.</summary>
    public static implicit operator Operand(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.HasRank ? new(shape.Dimensions.ToArray()) : throw new ArgumentException("A shape of unknown rank is no vector.", nameof(shape));
    }

    /// <summary>A list of scalars, packed into a vector.</summary>
    public static implicit operator Operand(Operand[] items) => new(items);

    /// <summary>A list as scripts write it, <c>@(-1, 4)</c>: whole numbers are a constant vector, anything else is packed.</summary>
    /// <exception cref="ArgumentException">There is something else in it than numbers, tensors and variables.</exception>
    public static implicit operator Operand(object?[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.All(item => item is int or long)
            ? new(items.Select(item => Convert.ToInt64(item, System.Globalization.CultureInfo.InvariantCulture)).ToArray())
            : new(items.Select(Item).ToArray());
    }

    private static Operand Item(object? item) => item switch
    {
        GraphTensor tensor => tensor,
        GraphVariable variable => variable,
        Tensor tensor => tensor,
        int number => number,
        long number => number,
        double number => number,
        float number => number,
        bool flag => flag,
        Operand operand => operand,
        object?[] items => items,
        _ => throw new ArgumentException($"'{item ?? "null"}' in a list is neither a number nor a tensor or variable."),
    };

    internal static Operand Of(double value) => value;

    internal static Operand Of(long value, DType dtype) => Scalars.Create(value, dtype);

    /// <summary>The operand as a tensor, in the builder's current scopes.</summary>
    /// <param name="builder">Adds the constant or the read.</param>
    /// <param name="dtype">The type that a number takes; Invalid if any will do.</param>
    /// <param name="name">The name of a constant.</param>
    internal GraphTensor ToTensor(GraphBuilder builder, DType dtype, string name) => _value switch
    {
        GraphTensor tensor => tensor,
        GraphVariable variable => variable.Read(),
        Tensor tensor => builder.Constant(tensor, name),
        long number => builder.Constant(Scalars.Create(number, dtype == DType.Invalid ? DType.Int32 : dtype), name),
        double number => builder.Constant(Scalars.Create(number, dtype == DType.Invalid ? DType.Float32 : dtype), name),
        bool flag => builder.Constant(ModelSessions.Tensor.Scalar(flag), name),
        long[] numbers => builder.Constant(Scalars.CreateVector(numbers, dtype == DType.Int64 ? dtype : DType.Int32), name),
        Operand[] items => builder.Pack(items, dtype, name),
        _ => throw new ArgumentException("An operand is missing."),
    };
}
