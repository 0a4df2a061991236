namespace ModelSessions;

/// <summary>The variables that an optimizer keeps beside those that it trains.</summary>
internal sealed class OptimizerSlots
{
    private readonly Dictionary<(string Slot, string Variable), GraphVariable> _slots = [];

    /// <summary>The slots' own names, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _slots.Keys.Select(key => key.Slot).Distinct().Order(StringComparer.Ordinal)];

    public GraphVariable? Find(GraphVariable variable, string slot) => _slots.GetValueOrDefault((slot, variable.Name));

    /// <summary>Adds a variable of another one's shape and type: <c>w/Adam</c>, <c>w/Adam_1</c>.</summary>
    public GraphVariable Add(GraphBuilder g, GraphVariable variable, string slot, Initializer initializer, string name)
    {
        if (!variable.Shape.IsFullyDefined)
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"'{variable.Name}' has the shape {variable.Shape}; its slot '{name}' needs a shape that is known.", variable.Name);
        }

        return _slots[(slot, variable.Name)] = SlotVariables.Create(
            g, variable, name, (full, registration) => g.Variable(full, variable.Shape, initializer, variable.DType, variable.IsResource, registration));
    }

    /// <summary>Adds a variable with a given first value.</summary>
    public GraphVariable Add(GraphBuilder g, GraphVariable variable, string slot, GraphTensor initialValue, string name) =>
        _slots[(slot, variable.Name)] = SlotVariables.Create(
            g, variable, name, (full, registration) => g.Variable(initialValue, full, variable.IsResource, registration));
}
