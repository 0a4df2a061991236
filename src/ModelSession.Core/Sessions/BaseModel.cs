namespace ModelSessions;

/// <summary>A model that a new one is built on, as it stands in the new graph. Any of its nodes is at hand.</summary>
public sealed class BaseModel
{
    internal BaseModel(Graph graph, string scope, Binding binding, IReadOnlyList<Hyperparameter> hyperparameters)
    {
        Graph = graph;
        Scope = scope;
        Binding = binding;
        Hyperparameters = hyperparameters;
    }

    /// <summary>The new graph.</summary>
    public Graph Graph { get; }

    /// <summary>The scope that the base's names have in it.</summary>
    public string Scope { get; }

    /// <summary>The base's roles, by their names in the new graph.</summary>
    public Binding Binding { get; }

    /// <summary>What the base is fed at each call, with the values that held.</summary>
    public IReadOnlyList<Hyperparameter> Hyperparameters { get; }

    /// <summary>What was last looked for in vain. Scripts need it: PowerShell takes an index that is not there for null.</summary>
    public GraphException? LastMiss { get; private set; }

    /// <inheritdoc cref="Tensor"/>
    public GraphTensor this[string name] => Tensor(name);

    /// <summary>A tensor by its role in the base (<c>predictions</c>), or by its name there, with or without the scope: <c>pool3/Relu:0</c>,
    /// <c>pool3/Relu</c>.</summary>
    /// <exception cref="GraphException">There is none; the message names those that are near.</exception>
    public GraphTensor Tensor(string name)
    {
        string found = Find(name);
        return Graph.Tensor(found.Contains(':', StringComparison.Ordinal) ? found : found + ":0");
    }

    /// <summary>An operation by its role in the base, or by its name there, with or without the scope.</summary>
    /// <inheritdoc cref="Tensor"/>
    public GraphOperation Operation(string name) => Graph.Operation(Graph.ParseTensorName(Find(name)).Operation);

    /// <inheritdoc/>
    public override string ToString() => Scope;

    private string Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Binding.Name(name) is { } bound)
        {
            return bound;
        }

        string scoped = $"{Scope}/{name}";
        if (Has(scoped))
        {
            return scoped;
        }

        if (Has(name))
        {
            return name;
        }

        GraphException miss = new(StatusCode.NotFound, $"The base model '{Scope}' has no '{name}'.{NearestNames.Hint(scoped, Graph.Operations.Select(operation => operation.Name))}", name);
        LastMiss = miss;
        throw miss;
    }

    private bool Has(string name) => Graph.Find(Graph.ParseTensorName(name).Operation) is not null;
}
