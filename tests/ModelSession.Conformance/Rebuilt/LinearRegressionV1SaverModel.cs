namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A plane through points, in a checkpoint of the first format.</summary>
internal sealed class LinearRegressionV1SaverModel : RebuiltModel
{
    public override string Name => "linear_regression_v1_saver";

    // Of the loss' gradient, Python leaves a constant of a type that does not fit.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 2], "input/x"), y = g.Placeholder(DType.Float32, [-1, 1], "input/y");
        GraphVariable w, b;
        using (g.VariableScope("linear"))
        {
            w = g.GetVariable("w", [2, 1], Initializers.RandomUniform(-1, 1, 21));
            b = g.GetVariable("b", [1], Initializers.Constant(0.5));
        }

        GraphTensor prediction = g.XwPlusB(x, w, b, "prediction");
        GraphTensor loss = g.Losses.MeanSquaredError(y, prediction);
        new GradientDescentOptimizer(0.3).Minimize(loss, g.Variable(0, "step", trainable: false));
        g.InitializeVariables();
    }
}
