namespace ModelSessions.Graphs.Ops;

/// <summary>The rules by op kind.</summary>
internal sealed class OpTable
{
    private readonly Dictionary<string, OpRule> _rules = new(StringComparer.Ordinal);

    public OpRule? Find(string type) => _rules.GetValueOrDefault(type);

    /// <summary>An op with a gradient.</summary>
    public void Define(string type, ShapeRule? shape, GradientRule gradient, ShapeRule? value = null) =>
        Add(new(type) { Shape = shape, Gradient = (g, op, dy) => [.. gradient(g, op, Dense(g, dy)).Select(Gradient.Of)], Value = value });

    /// <summary>An op with a gradient that may be slices of a tensor.</summary>
    public void DefineSlices(string type, ShapeRule? shape, SlicesGradientRule gradient, ShapeRule? value = null) =>
        Add(new(type) { Shape = shape, Gradient = gradient, Value = value });

    /// <summary>An op with a gradient that is told to which outputs no gradient came, by nulls.</summary>
    public void DefineCall(string type, ShapeRule? shape, GradientRule gradient) =>
        Add(new(type) { Shape = shape, Gradient = (g, op, dy) => [.. gradient(g, op, Dense(g, dy)).Select(Gradient.Of)], TakesGaps = true });

    /// <summary>An op without a gradient: to ask for one is an error.</summary>
    public void Define(string type, ShapeRule? shape, ShapeRule? value = null) => Add(new(type) { Shape = shape, Value = value });

    /// <summary>An op where gradients end: its outputs do not depend smoothly on its inputs.</summary>
    public void DefineStop(string type, ShapeRule? shape, ShapeRule? value = null) =>
        Add(new(type) { Shape = shape, Value = value, StopsGradients = true });

    private static GraphTensor[] Dense(GraphBuilder g, Gradient?[] gradients) => Array.ConvertAll(gradients, gradient => gradient?.ToDense(g)!);

    private void Add(OpRule rule) => _rules.Add(rule.Type, rule);
}
