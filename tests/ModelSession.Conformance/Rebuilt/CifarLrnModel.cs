namespace ModelSessions.Conformance.Rebuilt;

/// <summary>TensorFlow's tutorial network for small pictures, which are distorted by chance.</summary>
internal sealed class CifarLrnModel : RebuiltModel
{
    private const int Batch = 8;
    private const int Side = 10;

    public override string Name => "cifar_lrn";

    // The summaries are not built, and pictures to be scored are cut as a batch.
    public override bool HasTensorFlowsNodes => false;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor pictures = g.Placeholder(DType.UInt8, [Batch, 12, 12, 3], "pictures"), labels = g.Placeholder(DType.Int32, [Batch], "labels");
        GraphVariable step = g.GlobalStep();
        GraphTensor train = Distort(g, pictures);
        GraphTensor whole = g.Slice(g.Cast(pictures, DType.Float32), (long[])[0, 1, 1, 0], (long[])[Batch, Side, Side, 3]);
        GraphTensor logits, scores;
        using (g.VariableScope(g.CurrentVariableScope))
        {
            logits = Infer(g, train, penalize: true);
            g.CurrentVariableScope.ReuseVariables();
            scores = g.Identity(Infer(g, g.Images.PerImageStandardization(whole), penalize: false), "scores");
        }

        GraphTensor cross = g.ReduceMean(g.SparseSoftmaxCrossEntropy(labels, logits), name: "cross_entropy");
        g.AddToCollection(CollectionKeys.Losses, cross);
        Train(g, cross, step);
        GraphTensor right = g.Add("InTopKV2", scores, labels, 1);
        g.ReduceMean(g.Cast(right, DType.Float32), name: "precision");
        g.InitializeVariables();
    }

    private static void Train(GraphBuilder g, GraphTensor cross, GraphVariable step)
    {
        IReadOnlyList<GraphTensor> losses = g.Losses.GetLosses();
        GraphTensor total = g.AddN(losses, "total_loss");
        GraphOperation averaged = new ExponentialMovingAverage(0.9, name: "avg").Apply([.. losses.Select(loss => (Operand)loss), total]);
        GradientDescentOptimizer optimizer = new(g.LearningRates.ExponentialDecay(0.1, step, 15, 0.5, staircase: true));
        VariableGradient[] gradients;
        using (g.ControlDependencies(averaged))
        {
            gradients = optimizer.ComputeGradients(total);
        }

        using GraphScope after = g.ControlDependencies(optimizer.ApplyGradients(gradients, step));
        g.GroupOperations([new ExponentialMovingAverage(0.999, name: "shadow").Apply(g)], "train");
    }

    private static GraphTensor Distort(GraphBuilder g, GraphTensor pictures)
    {
        using GraphScope scope = g.NameScope("distort");
        IReadOnlyList<GraphTensor> each = g.AddOperation("Unpack", "unstack", new() { ["num"] = Batch }, pictures).Outputs;
        Operand[] distorted = new Operand[Batch];
        for (int i = 0; i < Batch; i++)
        {
            GraphTensor picture = g.Images.RandomCrop(g.Cast(each[i], DType.Float32), [Side, Side, 3], 261 + i);
            picture = g.Images.RandomFlipLeftRight(picture, 271 + i);
            picture = g.Images.RandomBrightness(picture, 20, 281 + i);
            picture = g.Images.RandomContrast(picture, 0.7, 1.3, 291 + i);
            distorted[i] = g.Images.PerImageStandardization(picture);
        }

        return g.Stack(distorted, name: "images");
    }

    private static GraphTensor Infer(GraphBuilder g, GraphTensor x, bool penalize)
    {
        GraphTensor h = Convolution(g, "conv1", x, 3, 0.05, 0, 301);
        h = g.MaxPool(h, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", "pool1");
        h = g.LocalResponseNormalization(h, 2, 1, 0.001 / 9, 0.75, "norm1");
        h = Convolution(g, "conv2", h, 6, 0.1, 0.1, 302);
        h = g.LocalResponseNormalization(h, 2, 1, 0.001 / 9, 0.75, "norm2");
        h = g.MaxPool(h, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", "pool2");
        h = g.Reshape(h, (long[])[Batch, -1]);
        using (g.VariableScope("local3"))
        {
            h = g.Relu(Linear(g, h, 54, 12, 0.1, 0.1, penalize ? 0.004 : null, 303));
        }

        using (g.VariableScope("softmax_linear"))
        {
            return Linear(g, h, 12, 3, 1 / 12.0, 0, null, 304);
        }
    }

    private static GraphTensor Convolution(GraphBuilder g, string name, GraphTensor x, int channels, double deviation, double bias, long seed)
    {
        using VariableScope scope = g.VariableScope(name);
        GraphVariable k = g.GetVariable("weights", [3, 3, channels, 6], Initializers.TruncatedNormal(standardDeviation: deviation, seed: seed));
        GraphVariable b = g.GetVariable("biases", [6], Initializers.Constant(bias));
        return g.Relu(g.BiasAdd(g.Conv2D(x, k, [1, 1, 1, 1], "SAME"), b));
    }

    private static GraphTensor Linear(GraphBuilder g, GraphTensor x, int inputs, int outputs, double deviation, double bias, double? penalty, long seed)
    {
        GraphVariable w = g.GetVariable("weights", [inputs, outputs], Initializers.TruncatedNormal(standardDeviation: deviation, seed: seed));
        if (penalty is { } scale)
        {
            g.AddToCollection(CollectionKeys.Losses, g.Times(g.L2Loss(w), scale, "weight_loss"));
        }

        return g.MatMul(x, w) + g.GetVariable("biases", [outputs], Initializers.Constant(bias));
    }
}
