namespace ModelSessions.Graphs.Gradients;

/// <summary>Gradients that nobody sees before all of them are there: <c>tf.tuple</c>.</summary>
internal static class GradientGate
{
    /// <summary>Each gradient again, behind all of them; null for null.</summary>
    public static Gradient?[] Behind(GraphBuilder g, IReadOnlyList<Gradient?> gradients)
    {
        using GraphScope device = g.Device(null);
        using GraphScope place = g.ColocateOnlyWith(null);
        using GraphScope scope = g.NameScope("tuple");
        GraphOperation gate = g.GroupOperations(gradients.OfType<Gradient>().Select(gradient => gradient.Values.Operation).Distinct().OrderBy(operation => operation.Id));
        return [.. gradients.Select(gradient => gradient is null ? null : Behind(g, gate, gradient))];
    }

    private static Gradient Behind(GraphBuilder g, GraphOperation gate, Gradient gradient)
    {
        using GraphScope scope = g.NameScope("control_dependency");
        using GraphScope place = g.ColocateWith(gradient.Values.Operation);
        using GraphScope after = g.ControlDependencies(gate);
        GraphTensor values = g.Identity(gradient.Values, scope.Name);
        return gradient.IsSlices ? Gradient.OfSlices(values, gradient.Indices!, gradient.DenseShape!) : Gradient.Of(values)!;
    }
}
