using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Objects with a value for each input of a signature as its tensors.</summary>
internal static class NamedInputs
{
    /// <summary>A tensor for each input; the first dimension counts the objects.</summary>
    /// <exception cref="GraphException">An object lacks an input, or values have not all one shape.</exception>
    public static IReadOnlyDictionary<string, Tensor> Of(Predictor predictor, IReadOnlyList<PSObject> rows)
    {
        Dictionary<string, object?>[] values =
            [.. rows.Select(row => DatasetArguments.Row(row).DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase))];
        return predictor.Inputs.ToDictionary(input => input.Name, input => TensorArgument.Stack([.. values.Select(row => Value(predictor, input, row))]), StringComparer.Ordinal);
    }

    private static Tensor Value(Predictor predictor, SignatureTensor input, Dictionary<string, object?> row) => row.TryGetValue(input.Name, out object? value)
        ? TensorArgument.Convert(value, input.DType, input.Name)
        : throw new GraphException(
            StatusCode.InvalidArgument,
            $"The object has no '{input.Name}'.{NearestNames.Hint(input.Name, row.Keys)} The model takes {string.Join("; ", predictor.Inputs.Select(known => known.ToString()))}, and was not trained with data that have columns.");
}
