using ModelSessions.Training;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>What can be run by name: the signatures of a SavedModel; of any other model one that takes the inputs and gives the
    /// predictions of its binding.</summary>
    public IReadOnlyList<SignatureInfo> Signatures => _signatures.Count > 0 ? _signatures : BoundSignature() is { } bound ? [bound] : [];

    /// <summary>Runs a signature.</summary>
    /// <param name="name">Its name; null for <see cref="SignatureInfo.DefaultName"/>, or the only one.</param>
    /// <param name="inputs">A value for each input.</param>
    /// <param name="cancel">Stops the run between nodes.</param>
    /// <returns>The outputs by name.</returns>
    /// <exception cref="GraphException">There is no such signature, inputs are missing, unknown or of another type, or the signature names
    /// what is not in the graph.</exception>
    /// <exception cref="EngineException">A node failed.</exception>
    public IReadOnlyDictionary<string, Tensor> RunSignature(string? name, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return RunSignature(Signature(name), inputs, cancel);
    }

    /// <summary>Runs a signature of this session.</summary>
    internal IReadOnlyDictionary<string, Tensor> RunSignature(SignatureInfo signature, IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancel)
    {
        CheckInputs(signature, inputs);
        Dictionary<string, Tensor> feeds = new(StringComparer.Ordinal);
        foreach (SignatureTensor input in signature.Inputs)
        {
            GraphTensor tensor = Tensor(signature, input);
            Tensor value = inputs.TryGetValue(input.Name, out Tensor? given) ? given : TensorCodec.Parse(signature.Defaults[input.Name]);
            feeds[tensor.Name] = value.DType == tensor.DType
                ? value
                : throw new GraphException(StatusCode.InvalidArgument, $"The input '{input.Name}' of signature '{signature.Name}' takes {tensor.DType.Name()} {tensor.Shape}; it is given {value.Describe()}.", tensor.Operation.Name);
        }

        AddHyperparameters(feeds);
        Tensor[] values = Run([.. signature.Outputs.Select(output => Tensor(signature, output).Name)], feeds, cancel: cancel);
        return signature.Outputs.Select((output, i) => (output.Name, values[i])).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>A signature by name; null for the default one, or the only one.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    internal SignatureInfo Signature(string? name)
    {
        IReadOnlyList<SignatureInfo> known = Signatures;
        SignatureInfo? found = known.FirstOrDefault(signature => signature.Name == (name ?? SignatureInfo.DefaultName)) ?? (name is null && known is [var only] ? only : null);
        return found ?? throw new GraphException(
            StatusCode.NotFound,
            known.Count == 0
                ? "The model has no signature, and its binding no predictions of which one could be made. Restore it with -Binding @{ inputs = 'name'; predictions = 'name' }: Get-GraphOperation -Type Placeholder, Softmax finds such."
                : $"The model has no signature '{name ?? SignatureInfo.DefaultName}'. It has {string.Join(", ", known.Select(signature => $"'{signature.Name}'"))}.");
    }

    private static void CheckInputs(SignatureInfo signature, IReadOnlyDictionary<string, Tensor> inputs)
    {
        string[] names = [.. signature.Inputs.Select(input => input.Name)];
        string[] unknown = [.. inputs.Keys.Except(names, StringComparer.Ordinal)], missing = [.. names.Except(inputs.Keys, StringComparer.Ordinal).Except(signature.Defaults.Keys, StringComparer.Ordinal)];
        if (unknown.Length + missing.Length > 0)
        {
            string[] faults = [.. missing.Select(input => $"it lacks '{input}'"), .. unknown.Select(input => $"it has no '{input}'")];
            throw new GraphException(
                StatusCode.InvalidArgument, $"The inputs do not fit the signature {signature}: {string.Join(", ", faults)}. It takes {string.Join("; ", signature.Inputs)}.");
        }
    }

    // A signature may say another type or shape than the tensor has; the graph is right.
    internal GraphTensor Tensor(SignatureInfo signature, SignatureTensor tensor) => tensor.Tensor.Length > 0
        ? Graph.Tensor(tensor.Tensor)
        : throw new GraphException(StatusCode.InvalidArgument, $"The signature '{signature.Name}' does not say which tensor '{tensor.Name}' is; the model was not written by TensorFlow, or is damaged.");

    // What the model takes besides: its value for evaluation, where nobody feeds it.
    private void AddHyperparameters(Dictionary<string, Tensor> feeds)
    {
        foreach (Hyperparameter hyperparameter in _hyperparameters)
        {
            GraphTensor tensor = Graph.Tensor(Binding.Required($"{Roles.Hyperparameters}.{hyperparameter.Name}"));
            if (hyperparameter.Evaluation is { } value && !feeds.ContainsKey(tensor.Name))
            {
                feeds[tensor.Name] = new HyperparameterFeed(hyperparameter.Name, tensor).Of(value);
            }
        }
    }

    // The binding's own signature: inputs and predictions by their roles, or by their names where there are several.
    internal SignatureInfo? BoundSignature() => (Binding.NamesOf(Roles.Inputs), Binding.NamesOf(Roles.Predictions)) is ({ Count: > 0 } inputs, { Count: > 0 } outputs)
        ? SignatureInfo.Of(Graph, SignatureInfo.DefaultName, inputs, outputs)
        : null;

    private SessionRecord Record(Binding binding) =>
        new(Name, Parameters, _graphSeed, binding, _hyperparameters) { ClassNames = _classNames, Contract = Contract, History = HistoryJson.Write(History) };
}
