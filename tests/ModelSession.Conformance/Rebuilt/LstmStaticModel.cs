namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A recurrent network with a copy of its cell for each step, over rows of digits.</summary>
internal sealed class LstmStaticModel : RebuiltModel
{
    private const int Steps = 7;
    private const int Hidden = 10;

    public override string Name => "lstm_static";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int64, [-1], "y");
        GraphTensor[] inputs = g.Unstack(g.Reshape(x, (long[])[-1, Steps, 112]), Steps, 1);
        RnnOutputs rnn;
        using (g.VariableScope("lstm", initializer: Initializers.RandomUniform(-0.15, 0.15, 111)))
        {
            rnn = g.Rnn.StaticRnn(new BasicLstmCell(Hidden), inputs);
        }

        GraphVariable w = g.Variable(g.TruncatedNormal((long[])[Hidden, 10], standardDeviation: 0.3, seed: 112), "out/weights");
        GraphVariable b = g.Variable(g.Zeros((long[])[10]), "out/biases");
        GraphTensor logits = g.Plus(g.MatMul(rnn.Outputs[^1], w), b, "logits");
        GraphTensor loss = g.ReduceMean(g.SparseSoftmaxCrossEntropy(y, logits), name: "loss");
        g.ReduceMean(g.Cast(g.Equal(g.ArgMax(logits, 1), y), DType.Float32), name: "accuracy");
        GraphVariable[] variables = [.. g.Variables(CollectionKeys.TrainableVariables)];
        IReadOnlyList<Gradient?> gradients = Gradients.Of([loss], [.. variables.Select(variable => variable.Handle)]);
        ClippedGradients clipped = g.ClipByGlobalNorm([.. gradients], 0.5);
        VariableGradient[] pairs = [.. clipped.Gradients.Zip(variables, (gradient, variable) => new VariableGradient(gradient, variable))];
        new AdamOptimizer(0.02, beta1: 0.8, epsilon: 1e-6).ApplyGradients(pairs, g.GlobalStep(), "train");
        g.AddToCollection("gradient_norm", clipped.GlobalNorm);
        g.InitializeVariables();
    }
}
