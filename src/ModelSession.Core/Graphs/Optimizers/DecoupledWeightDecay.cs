namespace ModelSessions;

/// <summary><c>v −= decay · v</c> before an update, for all of a variable or for the rows that have gradients: the nodes of contrib's
/// <c>DecoupledWeightDecayExtension</c>, made to wait for the gradient, which would else see the decayed variable or not.</summary>
internal static class DecoupledWeightDecay
{
    public static GraphOperation Add(GraphBuilder g, GraphTensor decay, Gradient gradient, GraphVariable variable, bool useLocking)
    {
        using GraphScope after = g.ControlDependencies(gradient.Values.Operation);
        if (!gradient.IsSlices)
        {
            return g.AssignSub(variable, g.Times(g.Cast(decay, variable.DType), variable), useLocking: useLocking);
        }

        GraphTensor rows = variable.IsResource
            ? g.Add("ResourceGather", null, new() { ["dtype"] = variable.DType }, variable.Handle, gradient.Indices!)
            : g.Gather(variable, gradient.Indices!);
        GraphTensor update = -g.Cast(decay, variable.DType) * rows;
        return variable.IsResource
            ? g.AddOperation("ResourceScatterAdd", null, null, variable.Handle, gradient.Indices!, update)
            : g.AddOperation("ScatterAdd", null, new() { ["use_locking"] = useLocking }, variable.Handle, gradient.Indices!, update);
    }
}
