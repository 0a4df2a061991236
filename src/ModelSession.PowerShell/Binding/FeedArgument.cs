using System.Collections;

namespace ModelSessions.PowerShell;

/// <summary>A table of values to be fed, as tensors.</summary>
internal static class FeedArgument
{
    /// <summary>The tensors by role or name.</summary>
    /// <param name="session">The session, which knows their types.</param>
    /// <param name="feed">Values by tensor, role or hyperparameter.</param>
    /// <exception cref="GraphException">The graph has no tensor of a name.</exception>
    /// <exception cref="ArgumentException">A value is no tensor of the type that is wanted.</exception>
    public static Dictionary<string, Tensor> Tensors(ModelSession session, IDictionary feed)
    {
        Dictionary<string, Tensor> feeds = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in feed)
        {
            string name = entry.Key.ToString() ?? "";
            feeds[name] = TensorArgument.Convert(entry.Value, session.FedTensor(name).DType, name);
        }

        return feeds;
    }

    /// <summary>The tensors by the inputs of a signature, case aside.</summary>
    /// <param name="session">The session, which knows their types.</param>
    /// <param name="name">The signature.</param>
    /// <param name="feed">Values by input.</param>
    /// <exception cref="ArgumentException">A value is no tensor of the type that is wanted.</exception>
    public static Dictionary<string, Tensor> Inputs(ModelSession session, string name, IDictionary feed)
    {
        Dictionary<string, Tensor> inputs = new(StringComparer.Ordinal);
        SignatureInfo? signature = session.Signatures.FirstOrDefault(known => known.Name == name);
        foreach (DictionaryEntry entry in feed)
        {
            // What the signature does not know, it says itself, whatever is to be fed there.
            string key = entry.Key.ToString() ?? "";
            SignatureTensor? input = signature?.Inputs.FirstOrDefault(known => string.Equals(known.Name, key, StringComparison.OrdinalIgnoreCase));
            inputs[input?.Name ?? key] = input is null ? Tensor.Scalar(0f) : TensorArgument.Convert(entry.Value, session.Tensor(input.Tensor).DType, key);
        }

        return inputs;
    }
}
