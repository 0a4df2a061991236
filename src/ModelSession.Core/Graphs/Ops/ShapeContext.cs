using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.Ops;

/// <summary>One application of a shape rule: what it knows of the inputs, and the outputs that it sets.</summary>
internal readonly struct ShapeContext(GraphOperation operation, int producer, CalledFunctions? called)
{
    /// <summary>The GraphDef version of whoever made the operation.</summary>
    public int Producer { get; } = producer;

    public GraphOperation Operation => operation;

    /// <summary>The functions that the operation may call.</summary>
    public CalledFunctions Called => called ?? CalledFunctions.Of(operation.Graph);

    public int InputCount => Operation.Inputs.Count;

    public int OutputCount => Operation.Outputs.Count;

    public Shape Input(int index) => Operation.Inputs[index].Shape;

    /// <summary>An input's shape, which must have a rank.</summary>
    /// <exception cref="GraphException">It is known to have another.</exception>
    public Shape Input(int index, int rank)
    {
        Shape shape = Input(index);
        if (!shape.HasRank)
        {
            return Shape.OfRank(rank);
        }

        return shape.Rank == rank ? shape : throw Error($"input {index} '{Operation.Inputs[index].Name}' has the shape {shape}; it must have {rank} dimensions.");
    }

    /// <summary>An input's shape, which must have a rank of at least <paramref name="rank"/>, if it has a rank.</summary>
    /// <exception cref="GraphException">It is known to have less.</exception>
    public Shape InputAtLeast(int index, int rank)
    {
        Shape shape = Input(index);
        return !shape.HasRank || shape.Rank >= rank
            ? shape
            : throw Error($"input {index} '{Operation.Inputs[index].Name}' has the shape {shape}; it must have {rank} dimensions at least.");
    }

    /// <summary>What is known of the value of an input; null if nothing.</summary>
    public PartialValue? Value(int index) => Operation.Inputs[index].Value;

    /// <summary>A number that an input is known to be.</summary>
    public bool TryScalar(int index, out long value)
    {
        value = Value(index) is { Items: [var only] } ? only : PartialValue.Unknown;
        return value != PartialValue.Unknown;
    }

    /// <summary>The shape that an input's value describes, as far as it is known.</summary>
    /// <exception cref="GraphException">The value is no shape.</exception>
    public Shape ShapeFrom(int index)
    {
        if (Value(index) is { } value)
        {
            return value.IsVector ? value.ToShape(Operation) : Shape.Unknown;
        }

        Shape vector = Input(index);
        return vector.Rank == 1 && vector[0] is >= 0 and <= PartialValue.MaxLength ? Shape.OfRank((int)vector[0]) : Shape.Unknown;
    }

    public void Output(int index, Shape shape) => Operation.Outputs[index].Shape = shape;

    public void Outputs(Shape shape)
    {
        foreach (GraphTensor output in Operation.Outputs)
        {
            output.Shape = shape;
        }
    }

    public void SetValue(int index, PartialValue? value) => Operation.Outputs[index].Value = value;

    public long Int(string name) => Operation.Int(name);

    public bool Flag(string name) => Operation.Attributes.TryGetValue(name, out AttrValue? value) && value.B;

    public string Text(string name) => Operation.String(name);

    /// <summary>What is known from two shapes that must agree.</summary>
    /// <exception cref="GraphException">They do not.</exception>
    public Shape Merge(Shape x, Shape y) => x.TryMerge(y, out Shape merged)
        ? merged
        : throw Error($"the shapes {x} and {y} must be the same. {Inputs()}");

    /// <summary>What is known from two sizes that must agree.</summary>
    /// <exception cref="GraphException">They do not.</exception>
    public long MergeSize(long x, long y) => x == y || y < 0 ? x : x < 0
        ? y
        : throw Error($"the sizes {x} and {y} must be the same. {Inputs()}");

    /// <summary>A size cut into equal parts; −1 if it is not known.</summary>
    /// <exception cref="GraphException">It does not go without a rest.</exception>
    public long Divide(long size, long parts) => size < 0 || parts < 0 ? -1 : parts > 0 && size % parts == 0
        ? size / parts
        : throw Error($"a dimension of size {size} cannot be cut into {parts} equal parts. {Inputs()}");

    /// <summary>A size less another; −1 if one is not known.</summary>
    /// <exception cref="GraphException">Less than nothing would be left.</exception>
    public long Subtract(long size, long less) => size < 0 || less < 0 ? -1 : size >= less
        ? size - less
        : throw Error($"{less} cannot be taken from a dimension of size {size}. {Inputs()}");

    /// <summary>An axis counted from the front.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Error($"there is no axis {axis} among {rank} dimensions. {Inputs()}");

    public GraphException Error(string message) =>
        new(StatusCode.InvalidArgument, $"Node '{Operation.Name}' ({Operation.Type}): {message}", Operation.Name);

    private string Inputs() =>
        $"Its inputs: {string.Join(", ", Operation.Inputs.Select(input => $"'{input.Name}' {input.Shape}"))}.";
}
