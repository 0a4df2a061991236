namespace ModelSessions.Graphs.Ops;

/// <summary>Activations and softmax.</summary>
internal static class ActivationOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("Elu", Shapes.SameAsInput, (g, op, dy) => [g.Add("EluGrad", dy[0], op.Outputs[0])]);
        ops.Define("EluGrad", Shapes.AllTheSame, (g, op, dy) => SignedGradGradient(g, op, dy[0], 0));
        ops.Define("LeakyRelu", Shapes.SameAsInput, (g, op, dy) => [LeakyReluGrad(g, op, dy[0], op.Inputs[0])]);
        ops.Define("LeakyReluGrad", Shapes.AllTheSame, (g, op, dy) => [LeakyReluGrad(g, op, dy[0], op.Inputs[1]), g.ZerosLike(op.Inputs[1])]);
        ops.Define("LogSoftmax", c => c.Output(0, c.InputAtLeast(0, 1)), LogSoftmaxGradient);
        ops.Define("Relu", Shapes.SameAsInput, (g, op, dy) => [g.Add("ReluGrad", dy[0], op.Outputs[0])]);
        ops.Define("Relu6", Shapes.SameAsInput, (g, op, dy) => [g.Add("Relu6Grad", dy[0], op.Outputs[0])]);
        ops.Define("Relu6Grad", Shapes.AllTheSame, (g, op, dy) => [g.Add("Relu6Grad", dy[0], op.Inputs[1]), g.ZerosLike(op.Inputs[1])]);
        ops.Define("ReluGrad", Shapes.AllTheSame, (g, op, dy) => [g.Add("ReluGrad", dy[0], op.Inputs[1]), g.ZerosLike(op.Inputs[1])]);
        ops.Define("Selu", Shapes.SameAsInput, (g, op, dy) => [g.Add("SeluGrad", dy[0], op.Outputs[0])]);
        ops.Define("SeluGrad", Shapes.AllTheSame, (g, op, dy) => SignedGradGradient(g, op, dy[0], 0.0));
        ops.Define("Softmax", c => c.Output(0, c.InputAtLeast(0, 1)), SoftmaxGradient);
        ops.Define("Softplus", Shapes.SameAsInput, (g, op, dy) => [dy[0] * g.Sigmoid(op.Inputs[0])]);
        ops.Define("SoftplusGrad", Shapes.AllTheSame, SoftplusGradGradient);
        ops.Define("Softsign", Shapes.SameAsInput, (g, op, dy) => [g.Add("SoftsignGrad", dy[0], op.Inputs[0])]);
        ops.Define("SoftsignGrad", Shapes.AllTheSame);
    }

    private static GraphTensor LeakyReluGrad(GraphBuilder g, GraphOperation op, GraphTensor dy, GraphTensor x) =>
        g.Add("LeakyReluGrad", "LeakyReluGrad", NodeAttributes.From(op, "alpha"), dy, x);

    private static GraphTensor?[] SignedGradGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, Operand zero)
    {
        GraphTensor y = op.Inputs[1];
        GraphTensor first = g.Add(op.Type, dy, y);
        GraphTensor negative = y.Less(zero), product = dy * op.Inputs[0];
        return [first, g.Add("Select", negative, product, g.ZerosLike(y))];
    }

    private static GraphTensor?[] SoftmaxGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor softmax = op.Outputs[0];
        GraphTensor sum = g.ReduceSum(dy[0] * softmax, -1, keepDims: true);
        return [(dy[0] - sum) * softmax];
    }

    private static GraphTensor?[] LogSoftmaxGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor softmax = g.Exp(op.Outputs[0]);
        return [dy[0] - g.ReduceSum(dy[0], -1, keepDims: true) * softmax];
    }

    private static GraphTensor?[] SoftplusGradGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor gradient, GraphTensor x) = (op.Inputs[0], op.Inputs[1]);
        using GraphScope after = g.ControlDependencies(dy[0].Operation);
        GraphTensor first = g.Add("SoftplusGrad", dy[0], x);
        return [first, dy[0] * gradient / (g.Exp(-x) + 2.0 + g.Exp(x))];
    }
}
