using ModelSessions.Data;

namespace ModelSessions;

/// <summary>What the numbers of a model's output are.</summary>
internal enum OutputForm
{
    /// <summary>Arrays.</summary>
    Tensors,

    /// <summary>Numbers or texts.</summary>
    Values,

    /// <summary>The number of a class.</summary>
    ClassNumber,

    /// <summary>A probability for each class, or that of the second of two.</summary>
    Probabilities,

    /// <summary>Logarithms of these.</summary>
    LogProbabilities,

    /// <summary>What a softmax makes probabilities of.</summary>
    Logits,

    /// <summary>What a sigmoid makes probabilities of, each by itself.</summary>
    LogOdds,
}

/// <summary>Finds out what an output is: from the op that gives it, from the loss that takes it, from what is known of the classes, and from its
/// numbers.</summary>
internal static class OutputForms
{
    // Kinds that hand on what they are given, in another shape or type.
    private static readonly HashSet<string> s_passing = ["Identity", "Reshape", "Squeeze", "ExpandDims", "Cast", "StopGradient", "CheckNumerics", "EnsureShape", "PlaceholderWithDefault"];

    /// <summary>The form of an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="value">Its value for the first examples; the first dimension counts them.</param>
    /// <param name="classCount">The number of classes; null if it is not known.</param>
    /// <param name="hasOtherLabels">Whether the model is known to have learnt from labels that are no classes.</param>
    public static OutputForm Of(GraphTensor output, Tensor value, int? classCount, bool hasOtherLabels)
    {
        if (value.Shape.Rank > 2)
        {
            return OutputForm.Tensors;
        }

        long width = value.Shape.Rank == 2 ? value.Shape[1] : 1;
        if (!value.DType.IsFloating())
        {
            return value.DType.IsInteger() && width == 1 && classCount is not null ? OutputForm.ClassNumber : OutputForm.Values;
        }

        GraphTensor origin = Origin(output);
        return origin.Operation.Type switch
        {
            "Softmax" when width > 1 => OutputForm.Probabilities,
            "LogSoftmax" when width > 1 => OutputForm.LogProbabilities,
            _ when width > 1 && IsLogits(origin, "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits") => OutputForm.Logits,
            _ when width == 1 && hasOtherLabels => OutputForm.Values,
            "Sigmoid" when width == 1 || width == classCount => OutputForm.Probabilities,
            _ when (width == 1 || width == classCount) && IsLogOdds(origin) => OutputForm.LogOdds,
            _ => ByNumbers(value, width, classCount),
        };
    }

    private static OutputForm ByNumbers(Tensor value, long width, int? classCount)
    {
        bool areParts = true, sumToOne = width > 1;
        for (long row = 0; row < value.Shape[0]; row++)
        {
            double sum = 0;
            for (long i = 0; i < width; i++)
            {
                double number = NumberCopy.Get(value, row * width + i);
                areParts &= number is >= 0 and <= 1.001;
                sum += number;
            }

            sumToOne &= Math.Abs(sum - 1) < 1e-3;
        }

        bool areClasses = width > 1 ? width == classCount : classCount == 2;
        return areParts && sumToOne ? OutputForm.Probabilities
            : !areClasses ? OutputForm.Values
            : width > 1 ? OutputForm.Logits
            : areParts ? OutputForm.Probabilities : OutputForm.LogOdds;
    }

    private static GraphTensor Origin(GraphTensor tensor)
    {
        while (s_passing.Contains(tensor.Operation.Type) && tensor.Operation.Inputs.Count > 0)
        {
            tensor = tensor.Operation.Inputs[0];
        }

        return tensor;
    }

    private static bool IsLogits(GraphTensor origin, params ReadOnlySpan<string> losses)
    {
        foreach (GraphOperation operation in origin.Graph.Operations)
        {
            if (losses.Contains(operation.Type) && Origin(operation.Inputs[0]) == origin)
            {
                return true;
            }
        }

        return false;
    }

    // The stable log-loss of TensorFlow is log1p(exp(-|x|)) and more, -|x| as a Select or as Neg and Abs.
    private static bool IsLogOdds(GraphTensor origin) => origin.Graph.Operations.Any(operation => operation.Type == "Log1p"
        && operation.Inputs[0].Operation is { Type: "Exp" } exp && exp.Inputs[0].Operation switch
        {
            { Type: "Select" or "SelectV2" } select => Origin(select.Inputs[2]) == origin,
            { Type: "Neg" } negative => negative.Inputs[0].Operation is { Type: "Abs" } size && Origin(size.Inputs[0]) == origin,
            _ => false,
        });
}
