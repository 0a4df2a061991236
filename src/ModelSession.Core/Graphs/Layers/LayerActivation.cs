namespace ModelSessions;

/// <summary>What a layer does with its sums: a name (<c>"relu"</c>) or a function of the tensor.</summary>
public sealed class LayerActivation
{
    private static readonly SortedDictionary<string, Func<GraphTensor, GraphTensor>> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["elu"] = x => x.Graph.Builder.Elu(x),
        ["gelu"] = x => x.Graph.Builder.Gelu(x),
        ["leaky_relu"] = x => x.Graph.Builder.LeakyRelu(x),
        ["linear"] = x => x,
        ["relu"] = x => x.Graph.Builder.Relu(x),
        ["relu6"] = x => x.Graph.Builder.Relu6(x),
        ["selu"] = x => x.Graph.Builder.Selu(x),
        ["sigmoid"] = x => x.Graph.Builder.Sigmoid(x),
        ["softmax"] = x => x.Graph.Builder.Softmax(x),
        ["softplus"] = x => x.Graph.Builder.Softplus(x),
        ["softsign"] = x => x.Graph.Builder.Softsign(x),
        ["tanh"] = x => x.Graph.Builder.Tanh(x),
    };

    private readonly Func<GraphTensor, GraphTensor> _apply;

    /// <summary>A function of users.</summary>
    public LayerActivation(Func<GraphTensor, GraphTensor> apply) => _apply = apply ?? throw new ArgumentNullException(nameof(apply));

    /// <summary>One of the <see cref="Names"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public LayerActivation(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _apply = s_known.GetValueOrDefault(name)
            ?? throw new ArgumentException($"There is no activation '{name}'.{NearestNames.Hint(name, Names)} There is {string.Join(", ", Names)}.");
    }

    /// <summary>The names of those that are known.</summary>
    public static IReadOnlyCollection<string> Names => s_known.Keys;

    /// <summary>One of the <see cref="Names"/>; "" for none.</summary>
    public static implicit operator LayerActivation?(string? name) => string.IsNullOrEmpty(name) ? null : new(name);

    /// <summary>A function of users.</summary>
    public static implicit operator LayerActivation?(Func<GraphTensor, GraphTensor>? apply) => apply is null ? null : new(apply);

    /// <summary>Adds its nodes.</summary>
    public GraphTensor Apply(GraphTensor x) => _apply(x);
}
