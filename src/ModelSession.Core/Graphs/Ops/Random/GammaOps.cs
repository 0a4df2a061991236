namespace ModelSessions.Graphs.Ops;

/// <summary>Gamma-distributed numbers: how they move with the distribution's parameter is known (implicit reparametrisation).</summary>
internal static class GammaOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("RandomGamma", RandomFamily.WithParameters, (g, op, dy) => Gradient(g, op, dy[0], 1, (shape, _) => g.Element(g.ShapeOf(shape), 0)));
        ops.Define("RandomGammaGrad", Shapes.Broadcast);
        ops.Define("StatelessRandomGammaV2", Shapes.FromFirstValue, (g, op, dy) => Gradient(g, op, dy[0], 2, (shape, alpha) => Samples(g, shape, alpha)));
        ops.Define("StatelessRandomGammaV3", Shapes.FromFirstValue, (g, op, dy) => Gradient(g, op, dy[0], 4, (shape, alpha) => Samples(g, shape, alpha)));
    }

    private static GraphTensor Samples(GraphBuilder g, GraphTensor shape, GraphTensor alpha)
    {
        GraphTensor dimensions = g.Element(g.ShapeOf(shape), 0);
        return dimensions - g.RankOf(alpha);
    }

    /// <param name="g">Adds nodes.</param>
    /// <param name="op">The sampler.</param>
    /// <param name="dy">The gradient of the samples.</param>
    /// <param name="input">Where alpha stands.</param>
    /// <param name="sampleDimensions">How many dimensions of the result lie before alpha's, from the inputs shape and alpha.</param>
    private static GraphTensor?[] Gradient(
        GraphBuilder g, GraphOperation op, GraphTensor dy, int input, Func<GraphTensor, GraphTensor, GraphTensor> sampleDimensions)
    {
        using GraphScope after = g.ControlDependencies(dy.Operation);
        GraphTensor alpha = op.Inputs[input], dimensions = sampleDimensions(op.Inputs[0], alpha);
        GraphTensor ones = g.Ones(g.Stack([dimensions]), DType.Int32);
        GraphTensor wide = g.Reshape(alpha, g.Concat([ones, g.ShapeOf(alpha)], 0));
        GraphTensor slope = g.Add("RandomGammaGrad", wide, op.Outputs[0]);
        GraphTensor?[] result = new GraphTensor?[op.Inputs.Count];
        result[input] = g.ReduceSum(dy * slope, g.Sequence(0, dimensions, 1));
        return result;
    }
}
