namespace ModelSessions;

/// <summary>Several gradients of one tensor added up, as Python does: slices stay slices if all of them are.</summary>
internal static class GradientSum
{
    /// <summary>Nodes that add gradients up.</summary>
    public static Gradient Of(GraphBuilder g, List<Gradient> list) =>
        list.Exists(gradient => !gradient.IsSlices) ? Gradient.Of(AddDense(g, list))! : JoinSlices(g, list);

    private static GraphTensor AddDense(GraphBuilder g, List<Gradient> list)
    {
        GraphTensor[] tensors = [.. list.Select(gradient => gradient.ToDense(g))];
        List<GraphTensor> sums = [];
        foreach (var device in tensors.GroupBy(tensor => tensor.Operation.Device).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            using GraphScope place = g.ColocateOnlyWith(device.First().Operation);
            sums.Add(g.AddN([.. device]));
        }

        return g.AddN(sums);
    }

    private static Gradient JoinSlices(GraphBuilder g, List<Gradient> list)
    {
        GraphTensor values = g.Concat([.. list.Select(gradient => (Operand)gradient.Values)], 0);
        bool wide = list.Exists(gradient => gradient.Indices!.DType == DType.Int64);
        GraphTensor indices = g.Concat([.. list.Select(gradient => (Operand)(wide ? g.Cast(gradient.Indices!, DType.Int64) : gradient.Indices!))], 0);
        return Gradient.OfSlices(values, indices, list[0].DenseShape!);
    }
}
