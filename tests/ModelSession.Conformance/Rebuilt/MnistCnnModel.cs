namespace ModelSessions.Conformance.Rebuilt;

/// <summary>The convolutional network of TensorFlow's tutorial for experts.</summary>
internal sealed class MnistCnnModel(string name, int first, int second, int dense, int seeds, bool handWrittenLoss) : RebuiltModel
{
    public override string Name => name;

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor x, y, keep, rate;
        using (g.NameScope("parameters"))
        {
            x = g.Placeholder(DType.Float32, [-1, 784], "x");
            y = g.Placeholder(DType.Float32, [-1, 10], "y");
            keep = g.Placeholder(DType.Float32, null, "keep_probability");
            rate = g.Placeholder(DType.Float32, null, "learning_rate");
        }

        GraphVariable iteration = g.Variable(0, "iteration", trainable: false);
        GraphTensor h = g.Reshape(x, (long[])[-1, 28, 28, 1]), logits, probabilities;
        using (g.NameScope("model"))
        {
            h = Convolution(g, "conv1", h, [5, 5, 1, first], seeds + 1);
            h = Convolution(g, "conv2", h, [5, 5, first, second], seeds + 2);
            h = g.Reshape(h, (long[])[-1, 7 * 7 * second]);
            (GraphVariable w, GraphVariable b) = Layer(g, "fc1", [7 * 7 * second, dense], seeds + 3);
            h = g.Dropout(g.Relu(g.MatMul(h, w) + b), keep, seeds + 5);
            (w, b) = Layer(g, "fc2", [dense, 10], seeds + 4);
            logits = g.Add("AddV2", "logits", null, g.MatMul(h, w), b);
            probabilities = g.Softmax(logits, "probabilities");
        }

        using (g.NameScope("train"))
        {
            GraphTensor loss = handWrittenLoss
                ? g.ReduceMean(-g.ReduceSum(y * g.Log(probabilities), (long[])[1]), name: "loss")
                : g.ReduceMean(g.SoftmaxCrossEntropy(y, logits, labelGradients: false), name: "loss");
            new AdamOptimizer(rate).Minimize(loss, iteration, name: "train_step");
            GraphTensor correct = g.Equal(g.ArgMax(probabilities, 1), g.ArgMax(y, 1));
            g.ReduceMean(g.Cast(correct, DType.Float32), name: "accuracy");
        }

        g.InitializeVariables();
    }

    private static GraphTensor Convolution(GraphBuilder g, string scope, GraphTensor x, Shape shape, long seed)
    {
        (GraphVariable w, GraphVariable b) = Layer(g, scope, shape, seed);
        return g.MaxPool(g.Relu(g.Conv2D(x, w, [1, 1, 1, 1], "SAME") + b), [1, 2, 2, 1], [1, 2, 2, 1], "SAME");
    }

    private static (GraphVariable Weights, GraphVariable Bias) Layer(GraphBuilder g, string scope, Shape shape, long seed)
    {
        GraphVariable w = g.Variable(g.TruncatedNormal(shape, standardDeviation: 0.1, seed: seed), scope + "/weights");
        return (w, g.Variable(g.Constant(0.1, shape: [shape[-1]]), scope + "/bias"));
    }
}
