namespace ModelSessions.Conformance.Rebuilt;

/// <summary>Images made small by convolutions, and large again by transposed ones.</summary>
internal sealed class ConvAutoencoderModel : RebuiltModel
{
    public override string Name => "conv_autoencoder_adadelta";

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x");
        GraphTensor image = g.Reshape(x, (long[])[-1, 28, 28, 1]), code, logits;
        using (g.VariableScope("encoder"))
        {
            GraphVariable w1 = g.GetVariable("w1", [3, 3, 1, 4], Initializers.GlorotUniform(131)), b1 = g.GetVariable("b1", [4], Initializers.Zeros);
            GraphTensor h = g.LeakyRelu(g.BiasAdd(g.Conv2D(image, w1, [1, 2, 2, 1], "SAME"), b1), 0.1);
            GraphVariable w2 = g.GetVariable("w2", [3, 3, 4, 6], Initializers.GlorotUniform(132));
            code = g.Elu(g.Conv2D(h, w2, [1, 2, 2, 1], "SAME"), "code");
        }

        using (g.VariableScope("decoder"))
        {
            GraphTensor count = g.Element(g.ShapeOf(image), 0);
            GraphVariable w3 = g.GetVariable("w3", [3, 3, 4, 6], Initializers.GlorotUniform(133));
            GraphTensor h = g.Relu(g.Conv2DTranspose(code, w3, g.Stack([count, 14, 14, 4]), [1, 2, 2, 1]));
            GraphVariable w4 = g.GetVariable("w4", [5, 5, 1, 4], Initializers.GlorotUniform(134)), b4 = g.GetVariable("b4", [1], Initializers.Constant(-1));
            logits = g.BiasAdd(g.Conv2DTranspose(h, w4, g.Stack([count, 28, 28, 1]), [1, 2, 2, 1]), b4);
        }

        GraphTensor reconstruction = g.Sigmoid(g.Reshape(logits, (long[])[-1, 784]), "reconstruction");
        GraphTensor loss = g.ReduceMean(g.Add("SquaredDifference", reconstruction, x), name: "loss");
        new AdadeltaOptimizer(2.0, 0.9, 1e-5).Minimize(loss, g.GlobalStep());
        g.Summaries.Image("reconstruction", g.Reshape(reconstruction, (long[])[-1, 28, 28, 1]), 1);
        g.InitializeVariables();
    }
}
