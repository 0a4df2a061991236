using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>A signature of a SavedModel: inputs and outputs by name.</summary>
/// <param name="Name">Its key: <c>serving_default</c>.</param>
/// <param name="Method">What kind it is for a server: <c>tensorflow/serving/predict</c>; empty if it does not say.</param>
/// <param name="Inputs">Inputs, by name in order.</param>
/// <param name="Outputs">Outputs, by name in order.</param>
public sealed record SignatureInfo(string Name, string Method, IReadOnlyList<SignatureTensor> Inputs, IReadOnlyList<SignatureTensor> Outputs)
{
    /// <summary>The signature that is run if none is named: <c>serving_default</c>.</summary>
    public const string DefaultName = SavedModelKeys.DefaultSignature;

    /// <summary>Values that inputs take if none is given, by the inputs' names.</summary>
    internal IReadOnlyDictionary<string, TensorProto> Defaults { get; init; } = new Dictionary<string, TensorProto>();

    /// <summary><c>serving_default(x) -> y</c>.</summary>
    public override string ToString() =>
        $"{Name}({string.Join(", ", Inputs.Select(input => input.Name))}) -> {string.Join(", ", Outputs.Select(output => output.Name))}";

    internal static SignatureInfo From(string name, SignatureDef definition) => new(name, definition.MethodName, Tensors(definition.Inputs), Tensors(definition.Outputs))
    {
        Defaults = new Dictionary<string, TensorProto>(definition.Defaults),
    };

    /// <summary>The signatures of a graph, sorted; those that only say what is to be run after a restore are none.</summary>
    internal static IReadOnlyList<SignatureInfo> ListOf(IEnumerable<KeyValuePair<string, SignatureDef>> definitions) =>
    [
        .. definitions.Where(pair => pair.Key is not (SavedModelKeys.InitSignature or SavedModelKeys.TrainSignature))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => From(pair.Key, pair.Value)),
    ];

    internal SignatureDef ToProto()
    {
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

    private static SignatureTensor[] Tensors(IEnumerable<KeyValuePair<string, TensorInfo>> tensors) =>
        [.. tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => SignatureTensor.From(pair.Key, pair.Value))];
}
