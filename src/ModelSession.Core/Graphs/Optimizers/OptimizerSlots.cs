namespace ModelSessions;

/// <summary>The variables that an optimizer keeps beside those that it trains.</summary>
internal sealed class OptimizerSlots
{
    private readonly Dictionary<(string Slot, string Variable), GraphVariable> _slots = [];

    /// <summary>The slots' own names, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _slots.Keys.Select(key => key.Slot).Distinct().Order(StringComparer.Ordinal)];

    public GraphVariable? Find(GraphVariable variable, string slot) => _slots.GetValueOrDefault((slot, variable.Name));

    /// <summary>Adds a variable of another one's shape and type, placed where that one is: <c>w/Adam</c>, <c>w/Adam_1</c>.</summary>
    public GraphVariable Add(GraphBuilder g, GraphVariable variable, string slot, Initializer initializer, string name) => Add(g, variable, slot, name, full =>
        variable.Shape.IsFullyDefined
            ? g.Variable(full, variable.Shape, initializer, variable.DType, trainable: false, resource: variable.IsResource)
            : throw new GraphException(
                StatusCode.InvalidArgument, $"'{variable.Name}' has the shape {variable.Shape}; a slot '{full}' needs a shape that is known.", variable.Name));

    /// <summary>Adds a variable with a given first value, placed where another one is.</summary>
    public GraphVariable Add(GraphBuilder g, GraphVariable variable, string slot, GraphTensor initialValue, string name) =>
        Add(g, variable, slot, name, full => g.Variable(initialValue, full, trainable: false, resource: variable.IsResource));

    private GraphVariable Add(GraphBuilder g, GraphVariable variable, string slot, string name, Func<string, GraphVariable> create)
    {
        using GraphScope top = g.NameScope(null);
        using GraphScope place = g.ColocateWith(variable.Handle.Operation);
        return _slots[(slot, variable.Name)] = create($"{variable.Name}/{name}");
    }
}
