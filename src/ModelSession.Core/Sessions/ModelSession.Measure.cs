using ModelSessions.Data;

namespace ModelSessions;

public sealed partial class ModelSession
{
    /// <summary>Measures how long runs take, with the first examples of a dataset. Random generators are left as they were found, unless operations
    /// are run, which may change the model.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="options">What is run, and how often; null for the predictions.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GraphException">A name is not in the graph, or the examples do not fit.</exception>
    public ModelMeasurement Measure(DatasetPart data, MeasureOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ModelMeter(this, options ?? new MeasureOptions()).Run(data, cancel);
    }

    /// <summary>Measures how long runs take.</summary>
    /// <param name="feeds">Values by the names of tensors; null for zeros in place of the inputs.</param>
    /// <inheritdoc cref="Measure(DatasetPart, MeasureOptions, CancellationToken)"/>
    /// <param name="options">What is run, and how often; null for the predictions.</param>
    /// <param name="cancel">Stops it.</param>
    public ModelMeasurement Measure(IReadOnlyDictionary<string, Tensor>? feeds, MeasureOptions? options = null, CancellationToken cancel = default) => new ModelMeter(this, options ?? new MeasureOptions())
        .Run(feeds?.ToDictionary(pair => FedTensor(pair.Key).Name, pair => pair.Value, StringComparer.Ordinal), cancel);
}
