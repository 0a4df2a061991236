namespace ModelSessions.Models;

/// <summary>The ready-made model definitions, by name.</summary>
public static class KnownModels
{
    // One line a model, alphabetical.
    private static readonly SortedDictionary<string, Func<ModelDefinition>> s_models = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Autoencoder"] = () => new AutoencoderModel(),
        ["ConvNet"] = () => new ConvNetModel(),
        ["LinearRegression"] = () => new LinearRegressionModel(),
        ["Mnist"] = () => new MnistModel(),
        ["MultilayerPerceptron"] = () => new MultilayerPerceptronModel(),
        ["SoftmaxRegression"] = () => new SoftmaxRegressionModel(),
    };

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyCollection<string> Names => s_models.Keys;

    /// <summary>A new definition with its default structure.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message lists those there are.</exception>
    public static ModelDefinition Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return s_models.TryGetValue(name, out Func<ModelDefinition>? create)
            ? create()
            : throw new KeyNotFoundException(
                $"There is no ready-made model '{name}'.{NearestNames.Hint(name, Names)} There is {string.Join(", ", Names.Select(known => $"'{known}'"))}.");
    }
}
