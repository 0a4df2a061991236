using System.Runtime.InteropServices;

namespace ModelSessions.Data;

/// <summary>How many classes a model has that takes class numbers: as many as its logits, where these numbers go into a cross-entropy of its.</summary>
/// <param name="Count">The number of classes.</param>
/// <param name="Logits">The tensor that tells.</param>
internal sealed record SparseClasses(long Count, GraphTensor Logits)
{
    // What gives the same numbers in the same order.
    private static readonly HashSet<string> s_carriers = ["Cast", "ExpandDims", "Identity", "Reshape", "Squeeze", "StopGradient"];

    /// <summary>Those of the model that a tensor of labels belongs to; null if it takes something else, or that is not known.</summary>
    public static SparseClasses? Of(GraphTensor labels)
    {
        HashSet<GraphTensor> same = [labels];
        foreach (GraphOperation operation in labels.Graph.Operations)
        {
            if (operation.Type == "SparseSoftmaxCrossEntropyWithLogits" && same.Contains(operation.Inputs[1]))
            {
                GraphTensor logits = operation.Inputs[0];
                return logits.Shape is { Rank: 2 } shape && shape[1] > 0 ? new SparseClasses(shape[1], logits) : null;
            }

            if (s_carriers.Contains(operation.Type) && same.Contains(operation.Inputs[0]))
            {
                same.Add(operation.Outputs[0]);
            }
        }

        return null;
    }

    /// <summary>The first label of a batch that is no class; null if all are.</summary>
    public (long Index, double Label)? FirstWrong(Tensor labels)
    {
        switch (labels.DType)
        {
            case DType.Int32:
                return FirstWrong<int>(labels, (int)Math.Min(Count, int.MaxValue));
            case DType.Int64:
                return FirstWrong<long>(labels, Count);
            default:
                for (long i = 0; i < labels.ElementCount; i++)
                {
                    if (NumberCopy.Get(labels, i) is var label && !(label >= 0 && label < Count))
                    {
                        return (i, label);
                    }
                }

                return null;
        }
    }

    private static (long Index, double Label)? FirstWrong<T>(Tensor labels, T count)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(labels.Bytes());
        int wrong = values.IndexOfAnyExceptInRange(T.Zero, count - T.One);
        return wrong < 0 ? null : (wrong, double.CreateChecked(values[wrong]));
    }
}
