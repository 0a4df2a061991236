namespace ModelSessions;

/// <summary>An output of an operation: the symbol of a value, named <c>operation:index</c>.</summary>
public sealed partial class GraphTensor
{
    internal GraphTensor(GraphOperation operation, int index, DType dtype, bool isRef)
    {
        Operation = operation;
        Index = index;
        DType = dtype;
        IsRef = isRef;
        Shape = Shape.Unknown;
    }

    /// <summary>The operation that makes it.</summary>
    public GraphOperation Operation { get; }

    /// <summary>Which output of the operation.</summary>
    public int Index { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>Whether it is a reference to a variable's memory (a TF1 variable), which ops may write.</summary>
    public bool IsRef { get; }

    /// <summary>What is known of the shape before a run.</summary>
    public Shape Shape { get; internal set; }

    /// <summary>What is known of its value before a run, if it is a small integer tensor.</summary>
    internal Graphs.Ops.PartialValue? Value { get; set; }

    /// <summary>The graph it belongs to.</summary>
    public Graph Graph => Operation.Graph;

    /// <summary>TensorFlow's name: <c>model/logits:0</c>.</summary>
    public string Name => $"{Operation.Name}:{Index}";

    /// <summary>Checks that a value may be fed here. Engines take feeds of any shape, as TensorFlow's runtime does; what a placeholder says is
    /// for the one who feeds to check, as TensorFlow's Python client does.</summary>
    /// <exception cref="GraphException">This is a placeholder of another shape.</exception>
    public void CheckFeed(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!TakesFeed(value))
        {
            throw WrongFeed(value, $"'{Name}'", "");
        }
    }

    internal bool TakesFeed(Tensor value) => Operation.Type is not ("Placeholder" or "PlaceholderWithDefault") || Shape.IsCompatibleWith(value.Shape);

    internal GraphException WrongFeed(Tensor value, string name, string hint) =>
        new(StatusCode.InvalidArgument, $"{name} takes {DType.Name()} {Shape}; it is fed {value.Describe()}.{hint}", Operation.Name);

    /// <summary><c>model/logits:0 float32 [?, 10]</c>.</summary>
    public override string ToString() => $"{Name} {DType.Name()}{(IsRef ? "_ref" : "")} {Shape}";

    /// <summary>As a NodeDef names an input: <c>op</c> for output 0, else <c>op:1</c>.</summary>
    internal string InputName => Index == 0 ? Operation.Name : Name;
}
