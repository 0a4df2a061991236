namespace ModelSessions;

/// <content>What operations tell where names tell nothing: programs call their loss <c>xent</c> or <c>Mean_3</c>.</content>
internal static partial class RoleGuess
{
    private static readonly string[] s_crossEntropies = ["SparseSoftmaxCrossEntropyWithLogits", "SoftmaxCrossEntropyWithLogits"];

    // The mean over a batch of what compares labels with predictions, or what that is added to.
    private static string? ComputedLoss(Graph graph)
    {
        GraphOperation[] forward = Forward(graph);
        GraphOperation[] means = [.. forward.Where(operation => operation.Type is "Mean" or "Sum" && IsScalar(operation.Outputs[0]) && Comparison(operation) is not null)];
        if (means is not [var mean])
        {
            return null;
        }

        GraphTensor loss = mean.Outputs[0];
        while (forward.Where(operation => operation.Type is "Add" or "AddV2" or "AddN" && operation.Inputs.Contains(loss) && IsScalar(operation.Outputs[0])).ToArray() is [var total])
        {
            loss = total.Outputs[0];
        }

        return loss.Name;
    }

    // The only softmax, unless it weighs something within the model; else what the cross entropy takes.
    private static string? ComputedPredictions(Graph graph)
    {
        GraphOperation[] forward = Forward(graph);
        GraphOperation[] softmaxes = [.. forward.Where(operation => operation.Type == "Softmax")];
        if (softmaxes is [var softmax])
        {
            return forward.Any(operation => operation.Type is "Mul" or "MatMul" or "BatchMatMul" or "BatchMatMulV2" && operation.Inputs.Contains(softmax.Outputs[0])) ? null : softmax.Outputs[0].Name;
        }

        return softmaxes.Length == 0 && forward.Where(operation => s_crossEntropies.Contains(operation.Type)).ToArray() is [var only] ? Source(only.Inputs[0]).Name : null;
    }

    private static GraphOperation? Comparison(GraphOperation mean) => Source(mean.Inputs[0]).Operation is var source
        && (s_crossEntropies.Contains(source.Type) || source.Type == "SquaredDifference" || LastPart(source.Name) == "logistic_loss") ? source : null;

    // Without what changes the shape alone.
    private static GraphTensor Source(GraphTensor tensor)
    {
        while (tensor.Operation.Type is "Reshape" or "Squeeze" or "Identity" or "ExpandDims")
        {
            tensor = tensor.Operation.Inputs[0];
        }

        return tensor;
    }

    private static GraphOperation[] Forward(Graph graph) => [.. graph.Operations.Where(operation => operation.Outputs.Count > 0 && !operation.Name.Contains("gradients/", StringComparison.Ordinal))];
}
