namespace ModelSessions.Graphs.Ops;

/// <summary>Sums, extremes and softmax over the elements that a sparse tensor has.</summary>
internal static class SparseReductionOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("SparseReduceMax", DenseShape);
        ops.Define("SparseReduceMaxSparse", SparseShapes.Unknown);
        ops.Define("SparseReduceSum", DenseShape, SumGradient);
        ops.Define("SparseReduceSumSparse", SparseShapes.Unknown);
        ops.Define("SparseSoftmax", SparseShapes.SameValues, SoftmaxGradient);
    }

    private static void DenseShape(ShapeContext c)
    {
        Shape input = c.ShapeFrom(2);
        if (!input.HasRank || c.Value(2) is null || c.Value(3) is not { IsKnown: true } axes)
        {
            return;
        }

        HashSet<int> reduced = [.. axes.Items.Select(axis => c.Axis(axis, input.Rank))];
        bool keep = c.Flag("keep_dims");
        c.Output(0, new Shape([.. Enumerable.Range(0, input.Rank)
            .Where(axis => keep || !reduced.Contains(axis))
            .Select(axis => reduced.Contains(axis) ? 1 : input[axis])]));
    }

    private static GraphTensor?[] SumGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor indices, GraphTensor shape, GraphTensor axes) = (op.Inputs[0], op.Inputs[2], op.Inputs[3]);
        Operand kept = ReductionOps.ReducedShape(g, shape, axes);
        GraphTensor spread = g.Reshape(dy[0], kept);
        GraphTensor sizes = kept.Tensor ?? g.Constant(Scalars.CreateVector(kept.KnownShape!.Dimensions, DType.Int32));
        GraphTensor scale = SparseDenseOps.FloorDivide(g, shape, g.Cast(sizes, DType.Int64));
        return [null, g.Add("GatherNd", spread, SparseDenseOps.FloorDivide(g, indices, scale)), null, null];
    }

    private static GraphTensor?[] SoftmaxGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor indices, GraphTensor shape, GraphTensor softmax) = (op.Inputs[0], op.Inputs[2], op.Outputs[0]);
        GraphTensor product = softmax * dy[0];
        GraphTensor sum = -g.Add("SparseReduceSum", null, new() { ["keep_dims"] = true }, indices, product, shape, (long[])[-1]);
        return [null, g.Add("SparseDenseCwiseAdd", indices, dy[0], shape, sum) * softmax, null];
    }
}
