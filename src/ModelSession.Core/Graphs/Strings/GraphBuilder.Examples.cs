namespace ModelSessions;

/// <content>Serialized examples.</content>
public sealed partial class GraphBuilder
{
    /// <summary>The features of serialized <c>tf.train.Example</c> messages: <c>tf.compat.v1.parse_example</c>.</summary>
    /// <param name="serialized">The messages, a vector.</param>
    /// <param name="features">The features by name.</param>
    /// <param name="name"><c>ParseExample</c> if null.</param>
    /// <returns>For each feature a tensor of the examples' values.</returns>
    public IReadOnlyDictionary<string, GraphTensor> ParseExample(
        GraphTensor serialized, IReadOnlyDictionary<string, FixedFeature> features, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(serialized);
        ArgumentNullException.ThrowIfNull(features);
        string[] keys = [.. features.Keys.Order(StringComparer.Ordinal)];
        using GraphScope scope = NameScope(string.IsNullOrEmpty(name) ? "ParseExample" : name);
        Operand[] defaults = [.. keys.Select(key => (Operand)DefaultOf(key, features[key]))];
        GraphOperation parse;
        using (GraphScope inner = NameScope("ParseExampleV2"))
        {
            Operand[] arguments = [serialized, Names("names"), Names("sparse_keys"), Names("dense_keys", keys), Names("ragged_keys"), .. defaults];
            NodeAttributes attributes = new()
            {
                ["Tdense"] = (DType[])[.. keys.Select(key => features[key].DType)],
                ["num_sparse"] = 0,
                ["sparse_types"] = (DType[])[],
                ["ragged_value_types"] = (DType[])[],
                ["ragged_split_types"] = (DType[])[],
                ["dense_shapes"] = (Shape[])[.. keys.Select(key => features[key].Shape)],
            };
            parse = AddOperation("ParseExampleV2", inner.Name, attributes, arguments);
        }

        return keys.Select((key, i) => (key, parse.Outputs[i])).ToDictionary(pair => pair.key, pair => pair.Item2, StringComparer.Ordinal);
    }

    // Without a default an empty tensor says that each example must have the feature.
    private GraphTensor DefaultOf(string key, FixedFeature feature)
    {
        if (!feature.Shape.IsFullyDefined)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The shape of the feature '{key}' must be known wholly; it is {feature.Shape}.");
        }

        if (feature.Default is not { } value)
        {
            return Constant(Tensor.Zeros(feature.DType, [0]));
        }

        GraphTensor given = Constant(value, "key_" + UnusableInNames().Replace(key, "_"));
        return Reshape(given, feature.Shape);
    }

    private GraphTensor Names(string name, params string[] values) => Constant(Tensor.FromStrings(values, [values.Length]), name);

    [System.Text.RegularExpressions.GeneratedRegex(@"[^A-Za-z0-9_.\-/]")]
    private static partial System.Text.RegularExpressions.Regex UnusableInNames();
}
