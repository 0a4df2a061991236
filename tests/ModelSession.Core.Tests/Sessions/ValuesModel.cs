namespace ModelSessions.Tests.Sessions;

/// <summary>A model that is nothing but variables with given first values.</summary>
internal sealed class ValuesModel : ModelDefinition
{
    private readonly (string Name, Tensor Value, bool IsResource)[] _variables;

    public ValuesModel(params (string Name, Tensor Value, bool IsResource)[] variables) => _variables = variables;

    public override Binding Build(GraphBuilder g)
    {
        foreach ((string name, Tensor value, bool isResource) in _variables)
        {
            g.Variable(g.Constant(value), name, resource: isResource);
        }

        return new Binding();
    }
}
