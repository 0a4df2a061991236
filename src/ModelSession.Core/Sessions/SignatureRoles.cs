namespace ModelSessions;

/// <summary>The roles that a signature tells of: what goes in and what comes out.</summary>
internal static class SignatureRoles
{
    private static readonly string[] s_predictions = ["probabilities", "predictions", "prediction", "scores", "softmax", "logits", "outputs", "output", "y"];

    /// <summary>The roles of the signature that is run by default; none where it does not tell, or speaks of what is not in the graph.</summary>
    public static Binding Of(IReadOnlyList<SignatureInfo> signatures, Graph graph)
    {
        Binding roles = new();
        if ((signatures.FirstOrDefault(signature => signature.Name == SignatureInfo.DefaultName) ?? (signatures is [var only] ? only : null)) is not { } main)
        {
            return roles;
        }

        bool Exists(SignatureTensor tensor) => tensor.Tensor.Length > 0 && graph.Find(Graph.ParseTensorName(tensor.Tensor).Operation) is { } operation
            && Graph.ParseTensorName(tensor.Tensor).Index < operation.Outputs.Count;
        if (main.Inputs is [var input] && Exists(input))
        {
            roles[Roles.Inputs] = input.Tensor;
        }

        SignatureTensor[] outputs = [.. main.Outputs.Where(Exists)];
        SignatureTensor? prediction = Prediction(outputs, graph);
        if (prediction is not null)
        {
            roles[Roles.Predictions] = prediction.Tensor;
        }

        return roles;
    }

    /// <summary>Which of a signature's outputs is what the model says; null if that cannot be told.</summary>
    public static SignatureTensor? Prediction(IReadOnlyList<SignatureTensor> outputs, Graph graph) => outputs is [var output] ? output
        : s_predictions.Select(name => outputs.FirstOrDefault(tensor => string.Equals(tensor.Name, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(tensor => tensor is not null)
            ?? outputs.FirstOrDefault(tensor => graph.Tensor(tensor.Tensor).DType.IsFloating());
}
