namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A recurrent network whose loop and branch are functions.</summary>
internal sealed class FunctionalControlFlowModel : RebuiltModel
{
    public override string Name => "functional_control_flow";

    // Functions have other names, and the gradients keep values in lists of their own.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 4, 3], "x"), y = g.Placeholder(DType.Float32, [-1, 1], "y");
        GraphTensor big = g.Placeholder(DType.Bool, Shape.Scalar, "big_step");
        GraphVariable w = g.GetVariable("w", [8, 5], Initializers.GlorotUniform(341)), v = g.GetVariable("v", [5, 1], Initializers.GlorotUniform(342));
        GraphTensor kernel = g.Identity(w), inputs = g.Transpose(x, (long[])[1, 0, 2]);
        GraphTensor start = g.Constant(Tensor.Scalar(0));
        GraphTensor state = g.Zeros((Operand[])[g.Element(g.ShapeOf(x), 0), 5]);
        GraphTensor[] left = g.Functional.WhileLoop(
            (f, t) => [t[0].Less(4)],
            (f, t) => [t[0] + 1, f.Tanh(f.MatMul(f.Concat((Operand[])[f.Element(inputs, t[0]), t[1]], 1), kernel))],
            [start, state]);
        GraphTensor prediction = g.MatMul(left[1], v, name: "prediction");
        GraphTensor loss = g.ReduceMean(g.Square(prediction - y), name: "loss");
        GraphTensor scaled = g.Functional.Cond(big, f => [f.Times(loss, 2.0)], f => [f.Times(loss, 0.5)])[0];
        GraphVariable step = g.GlobalStep();
        new AdamOptimizer(0.02).Minimize(scaled, step);
        g.InitializeVariables();
    }
}
