namespace ModelSessions;

/// <summary>A dense layer that is called several times with the same weights, in the scope of its first call (<c>tf.layers.Dense</c>).</summary>
/// <param name="units">The number of outputs.</param>
/// <param name="options">Name, activation, initialisers …; <see cref="LayerOptions.Reuse"/> has no meaning here.</param>
public sealed class DenseLayer(int units, LayerOptions? options = null)
{
    private readonly LayerOptions _options = options ?? new();
    private VariableScope? _scope;
    private GraphVariable _kernel = null!;
    private GraphVariable? _bias;

    /// <summary>The number of outputs.</summary>
    public int Units { get; } = units > 0 ? units : throw new ArgumentOutOfRangeException(nameof(units));

    /// <summary>The outputs of the layer for inputs whose last dimension is known.</summary>
    public GraphTensor Call(GraphBuilder g, GraphTensor x)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(x);
        bool isFirst = _scope is null;
        _scope ??= RnnNodes.OpenOnce(g, string.IsNullOrEmpty(_options.Name) ? "dense" : _options.Name);
        using GraphScope scope = g.Inside(_scope);
        if (isFirst)
        {
            (_kernel, _bias) = g.Layers.DenseVariables(x, Units, _options);
        }

        return g.Layers.Dense(x, _kernel, _bias, Units, _options);
    }
}
