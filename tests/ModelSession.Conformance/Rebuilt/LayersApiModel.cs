namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A network of ready layers, told by a fed flag whether it is training.</summary>
internal sealed class LayersApiModel : RebuiltModel
{
    public override string Name => "layers_api";

    // As CnnBatchNormModel; and of the loss' gradient, Python leaves a constant of a type that does not fit.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        g.UseResourceVariables = true;
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x"), y = g.Placeholder(DType.Int64, [-1], "y");
        GraphTensor training = g.Placeholder(DType.Bool, Shape.Scalar, "training");
        GraphTensor h = g.Reshape(x, (long[])[-1, 28, 28, 1]);
        h = g.Layers.Conv2D(h, 4, [5], new() { Strides = [2], Padding = "same", UseBias = false, KernelInitializer = Initializers.GlorotUniform(311) });
        h = g.Relu(g.Layers.BatchNormalization(h, training, new() { Momentum = 0.8 }));
        h = g.Layers.MaxPooling2D(h, [2], [2]);
        h = g.Layers.Conv2D(h, 6, [3], new ConvolutionOptions { Activation = "relu", KernelInitializer = Initializers.GlorotUniform(312) });
        h = g.Layers.Flatten(h);
        h = g.Layers.Dense(h, 16, new LayerOptions
        {
            Activation = "relu",
            KernelInitializer = Initializers.GlorotUniform(313),
            KernelRegularizer = (b, w) => b.Times(1e-3, b.ReduceSum(b.Square(w))),
        });
        h = g.Layers.Dropout(h, 0.25, training, 314);
        GraphTensor logits = g.Identity(g.Layers.Dense(h, 10, new LayerOptions { KernelInitializer = Initializers.GlorotUniform(315) }), "logits");
        g.Losses.SparseSoftmaxCrossEntropy(y, logits);
        GraphTensor total = g.Losses.GetTotalLoss();
        GraphVariable step = g.GlobalStep();
        using (g.ControlDependencies(g.Graph.Collections.Names(CollectionKeys.UpdateOps).Select(g.Graph.Operation)))
        {
            new AdamOptimizer(0.01).Minimize(total, step);
        }

        g.InitializeVariables();
    }
}
