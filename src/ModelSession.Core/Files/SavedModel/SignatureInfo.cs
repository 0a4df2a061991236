using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A signature of a SavedModel: inputs and outputs by name.</summary>
/// <param name="Name">Its key: <c>serving_default</c>.</param>
/// <param name="Method">What kind it is for a server: <c>tensorflow/serving/predict</c>; empty if it does not say.</param>
/// <param name="Inputs">Inputs, by name in order.</param>
/// <param name="Outputs">Outputs, by name in order.</param>
public sealed record SignatureInfo(string Name, string Method, IReadOnlyList<SignatureTensor> Inputs, IReadOnlyList<SignatureTensor> Outputs) : ISignatureContent
{
    /// <summary>The signature that is run if none is named: <c>serving_default</c>.</summary>
    public const string DefaultName = SavedModelKeys.DefaultSignature;

    /// <summary>What it takes and gives, on one line: <c>x float32 [?, 2] -> y float32 [?]</c>.</summary>
    public string Form => $"{List(Inputs)} -> {List(Outputs)}";

    internal IReadOnlyList<SignatureTensor> Inputs { get; init; } = Inputs;

    internal IReadOnlyList<SignatureTensor> Outputs { get; init; } = Outputs;

    IReadOnlyList<SignatureTensor> ISignatureContent.Inputs => Inputs;

    IReadOnlyList<SignatureTensor> ISignatureContent.Outputs => Outputs;

    // As a file has it, with all that the lists of tensors do not tell.
    private SignatureDef? Definition { get; init; }

    /// <summary>Values that inputs take if none is given, by the inputs' names.</summary>
    internal IReadOnlyDictionary<string, TensorProto> Defaults => field ??= new Dictionary<string, TensorProto>(Definition?.Defaults ?? []);

    /// <summary>A signature of a graph's tensors; types and shapes are the graph's.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">The signature's key.</param>
    /// <param name="inputs">Tensors of the graph by the inputs' names.</param>
    /// <param name="outputs">Tensors of the graph by the outputs' names.</param>
    /// <param name="method">What kind it is for a server.</param>
    /// <exception cref="GraphException">A tensor is not in the graph.</exception>
    public static SignatureInfo Of(
        Graph graph, string name, IReadOnlyDictionary<string, string> inputs, IReadOnlyDictionary<string, string> outputs, string method = SavedModelKeys.PredictMethod)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        return new(name, method, Tensors(graph, inputs), Tensors(graph, outputs));
    }

    /// <summary><c>serving_default(x) -> y</c>.</summary>
    public override string ToString() =>
        $"{Name}({string.Join(", ", Inputs.Select(input => input.Name))}) -> {string.Join(", ", Outputs.Select(output => output.Name))}";

    private static string List(IReadOnlyList<SignatureTensor> tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} {tensor.DType.Name()} {tensor.Shape}"));

    internal static SignatureInfo From(string name, SignatureDef definition) => new(name, definition.MethodName, Tensors(definition.Inputs), Tensors(definition.Outputs))
    {
        Definition = definition,
    };

    /// <summary>The signatures of a graph, sorted; those that only say what is to be run after a restore are none.</summary>
    internal static IReadOnlyList<SignatureInfo> ListOf(IEnumerable<KeyValuePair<string, SignatureDef>> definitions) =>
    [
        .. definitions.Where(pair => pair.Key is not (SavedModelKeys.InitSignature or SavedModelKeys.TrainSignature))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => From(pair.Key, pair.Value)),
    ];

    internal SignatureDef ToProto()
    {
        if (Definition is not null)
        {
            return Definition.Clone();
        }

        SignatureDef definition = new() { MethodName = Method };
        foreach (SignatureTensor input in Inputs)
        {
            definition.Inputs.Add(input.Name, input.ToProto());
        }

        foreach (SignatureTensor output in Outputs)
        {
            definition.Outputs.Add(output.Name, output.ToProto());
        }

        return definition;
    }

    private static SignatureTensor[] Tensors(Graph graph, IReadOnlyDictionary<string, string> names) =>
    [
        .. names.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, Tensor: graph.Tensor(pair.Value)))
            .Select(pair => new SignatureTensor(pair.Key, pair.Tensor.DType, pair.Tensor.Shape, pair.Tensor.Name)),
    ];

    // An entry that says nothing is no tensor's: Python's reader drops one whose value stands in a field that it does not know.
    private static SignatureTensor[] Tensors(IEnumerable<KeyValuePair<string, TensorInfo>> tensors) =>
        [.. tensors.Where(pair => pair.Value.CalculateSize() > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => SignatureTensor.From(pair.Key, pair.Value))];
}
