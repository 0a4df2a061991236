using ModelSessions.Protos;

namespace ModelSessions.Graphs.Importing;

/// <summary>The functions that an import adds to a graph's library.</summary>
internal sealed class ImportFunctions
{
    private readonly Dictionary<string, OpSchema> _schemas = new(StringComparer.Ordinal);

    /// <exception cref="GraphException">A function, or a gradient of one, is there already and is another.</exception>
    public ImportFunctions(FunctionDefLibrary known, FunctionDefLibrary? added)
    {
        if (added is null)
        {
            return;
        }

        Dictionary<string, FunctionDef> byName = new(StringComparer.Ordinal);
        foreach (FunctionDef function in known.Function)
        {
            byName.TryAdd(function.Signature.Name, function);
        }

        foreach (FunctionDef function in added.Function)
        {
            Add(byName, function);
        }

        Dictionary<string, string> gradients = new(StringComparer.Ordinal);
        foreach (GradientDef gradient in known.Gradient)
        {
            gradients[gradient.FunctionName] = gradient.GradientFunc;
        }

        foreach (GradientDef gradient in added.Gradient)
        {
            Add(gradients, gradient);
        }

        Added.RegisteredGradients.AddRange(added.RegisteredGradients.Where(gradient => !known.RegisteredGradients.Contains(gradient)));
    }

    /// <summary>What the graph does not have yet.</summary>
    public FunctionDefLibrary Added { get; } = new();

    public OpSchema? Find(string name) => _schemas.GetValueOrDefault(name);

    private void Add(Dictionary<string, FunctionDef> byName, FunctionDef function)
    {
        string name = function.Signature?.Name ?? throw new GraphException(StatusCode.InvalidArgument, "The library has a function without a signature.");
        if (byName.TryAdd(name, function))
        {
            Added.Function.Add(function);
            _schemas[name] = new OpSchema(function.Signature);
        }
        else if (!byName[name].Equals(function))
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The function '{name}' cannot be added: the graph has another one of that name.", name);
        }
    }

    private void Add(Dictionary<string, string> gradients, GradientDef gradient)
    {
        if (gradients.TryAdd(gradient.FunctionName, gradient.GradientFunc))
        {
            Added.Gradient.Add(gradient);
        }
        else if (gradients[gradient.FunctionName] != gradient.GradientFunc)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"'{gradient.GradientFunc}' cannot be the gradient of the function '{gradient.FunctionName}', which has the gradient '{gradients[gradient.FunctionName]}' already.",
                gradient.FunctionName);
        }
    }
}
