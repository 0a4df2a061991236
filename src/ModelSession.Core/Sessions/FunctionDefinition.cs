namespace ModelSessions;

/// <summary>A model that a function builds: for small models, and for scripts.</summary>
/// <param name="name">The model's name.</param>
/// <param name="build">Adds the model's operations and gives its binding.</param>
public sealed class FunctionDefinition(string name, Func<GraphBuilder, Binding> build) : ModelDefinition
{
    private readonly Dictionary<string, object> _structure = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<Hyperparameter> Hyperparameters => Fed;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames => Classes;

    /// <summary>What is fed at each call, with its values.</summary>
    public IReadOnlyList<Hyperparameter> Fed { get; init; } = [];

    /// <summary>What the classes are called.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The structural parameters that the function was given, to be stored with the model.</summary>
    public IReadOnlyDictionary<string, object> Parameters
    {
        get => _structure;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _structure = new Dictionary<string, object>(value, StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <inheritdoc/>
    public override Binding Build(GraphBuilder g) => build(g);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object> Structure() => _structure;
}
