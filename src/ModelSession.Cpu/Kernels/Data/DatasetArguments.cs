using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The inputs and attributes of a dataset's node in a run, by their names in the op's definition.</summary>
internal readonly struct DatasetArguments(KernelContext context, GraphOperation node, IReadOnlyDictionary<string, Range> inputs)
{
    public KernelContext Context { get; } = context;

    public GraphOperation Node { get; } = node;

    /// <summary>The attribute <c>output_types</c>, or <c>Toutput_types</c> in ops that have no other.</summary>
    public IReadOnlyList<DType> Types => Node.DTypeList(Node.Attributes.ContainsKey("output_types") ? "output_types" : "Toutput_types");

    /// <summary>The attribute <c>output_shapes</c>.</summary>
    public IReadOnlyList<Shape> Shapes => Node.ShapeList("output_shapes");

    /// <summary>The dataset that most are made from.</summary>
    public Dataset Input => Dataset("input_dataset");

    /// <summary>Where an op's inputs are, by name.</summary>
    public static Dictionary<string, Range> Places(GraphOperation node)
    {
        int[] lengths = OpSignature.ArgumentLengths(node.Schema, node.Attributes, node.Inputs.Count, node.Name);
        Dictionary<string, Range> places = new(StringComparer.Ordinal);
        int at = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            places.Add(node.Schema.Definition.InputArg[i].Name, at..(at + lengths[i]));
            at += lengths[i];
        }

        return places;
    }

    /// <summary>Whether the op has an input.</summary>
    public bool Has(string input) => inputs.ContainsKey(input);

    /// <summary>A single input.</summary>
    public Value Value(string name) => Context.Input(inputs[name].Start.Value);

    /// <summary>A dataset.</summary>
    /// <exception cref="EngineException">It is none.</exception>
    public Dataset Dataset(string name) => Of(Value(name));

    /// <summary>All datasets of an input.</summary>
    public Dataset[] Datasets(string name)
    {
        KernelContext context = Context;
        return [.. Indices(name).Select(i => Of(context.Input(i)))];
    }

    /// <summary>A number.</summary>
    /// <exception cref="EngineException">It is no scalar.</exception>
    public long Int(string name) => Scalar(name).Integer(0);

    /// <summary>A number that counts something.</summary>
    /// <exception cref="EngineException">It is 0 or less, or no scalar.</exception>
    public long Positive(string name, string what) => Int(name) is > 0 and long value ? value : throw Failure.Invalid($"{what} must be greater than zero.");

    /// <summary>A truth.</summary>
    public bool Bool(string name) => Scalar(name).Span<bool>()[0];

    /// <summary>A text.</summary>
    public string Text(string name) => Encoding.UTF8.GetString(Scalar(name).Objects[0] as byte[] ?? []);

    /// <summary>The numbers of a vector.</summary>
    public long[] Ints(string name)
    {
        Value value = Value(name);
        long[] numbers = new long[value.Count];
        value.CopyIntegers(numbers);
        return numbers;
    }

    /// <summary>The texts of a scalar or vector.</summary>
    /// <exception cref="EngineException">It has more dimensions.</exception>
    public string[] Texts(string name)
    {
        Value value = Value(name);
        return value.Rank > 1
            ? throw Failure.Invalid($"`{name}` must be a scalar or a vector.")
            : [.. value.Objects.ToArray().Select(text => Encoding.UTF8.GetString(text as byte[] ?? []))];
    }

    /// <summary>Copies of all tensors of an input.</summary>
    public Tensor[] Tensors(string name)
    {
        KernelContext context = Context;
        return [.. Indices(name).Select(i => context.Input(i).ToTensor())];
    }

    /// <summary>A function that an attribute names, with what it captured.</summary>
    public CapturedFunction Function(string attribute, string captured) => new(Node, Node.Attributes[attribute].Func, Tensors(captured));

    /// <summary>The dataset in a tensor.</summary>
    /// <exception cref="EngineException">There is none.</exception>
    public static Dataset Of(Value value) => value is { DType: DType.Variant, Rank: 0 }
        ? value.Objects[0] as Dataset ?? throw Failure.Invalid("Tensor must be a Dataset object.")
        : throw Failure.Invalid($"Dataset tensor must be a scalar of dtype variant, not {value.DType.Name()} {value.Shape}.");

    private IEnumerable<int> Indices(string name) => Enumerable.Range(inputs[name].Start.Value, inputs[name].End.Value - inputs[name].Start.Value);

    private Value Scalar(string name)
    {
        Value value = Value(name);
        return value.Rank == 0 ? value : throw Failure.Invalid($"`{name}` must be a scalar, not of shape {value.Shape}.");
    }
}
