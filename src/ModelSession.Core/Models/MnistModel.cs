namespace ModelSessions.Models;

/// <summary>The convolutional network of TensorFlow's tutorial for experts: handwritten digits, 28 × 28 pixels. Two 5 × 5 convolutions,
/// each with 2 × 2 max pooling, a dense layer of 1,024, dropout, ten classes; trained by Adam.</summary>
public sealed class MnistModel : ModelDefinition
{
    private const int Side = 28;
    private const int Classes = 10;
    private const int Dense = 1024;

    /// <summary>Filters of the first convolution.</summary>
    public int Layer1 { get; set => field = Filters(value); } = 32;

    /// <summary>Filters of the second convolution.</summary>
    public int Layer2 { get; set => field = Filters(value); } = 64;

    /// <inheritdoc/>
    public override IReadOnlyList<Hyperparameter> Hyperparameters { get; } =
        [new("learning_rate", 1e-3), new("keep_probability", Training: 0.5, Evaluation: 1)];

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; } = [.. Enumerable.Range(0, Classes).Select(digit => digit.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public override Binding Build(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        GraphTensor x, y, keepProbability, learningRate;
        using (g.NameScope("parameters"))
        {
            x = g.Placeholder(DType.Float32, [-1, Side * Side], "x");
            y = g.Placeholder(DType.Float32, [-1, Classes], "y");
            keepProbability = g.Placeholder(DType.Float32, Shape.Scalar, "keep_probability");
            learningRate = g.Placeholder(DType.Float32, Shape.Scalar, "learning_rate");
        }

        GraphVariable iteration = g.Variable(0, "iteration", trainable: false);
        GraphTensor image = g.Reshape(x, (long[])[-1, Side, Side, 1]);
        GraphTensor logits = Network(g, image, keepProbability, out GraphTensor probabilities);
        using GraphScope train = g.NameScope("train");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(y, logits), name: "loss");
        GraphOperation step = new AdamOptimizer(learningRate).Minimize(loss, iteration, name: "train_step");
        GraphTensor correct = g.Equal(g.ArgMax(logits, 1), g.ArgMax(y, 1));
        GraphTensor accuracy = g.ReduceMean(g.Cast(correct, DType.Float32), name: "accuracy");
        g.AddToCollection(CollectionKeys.Losses, loss);
        return new()
        {
            [Roles.Inputs] = x,
            [Roles.Labels] = y,
            [Roles.Predictions] = probabilities,
            [Roles.Loss] = loss,
            [Roles.Train] = step,
            [Roles.Metrics] = new Binding { ["accuracy"] = accuracy },
            [Roles.Hyperparameters] = new Binding { ["learning_rate"] = learningRate, ["keep_probability"] = keepProbability },
            [Roles.Iteration] = iteration.Handle,
            ["logits"] = logits,
        };
    }

    private GraphTensor Network(GraphBuilder g, GraphTensor image, GraphTensor keepProbability, out GraphTensor probabilities)
    {
        using GraphScope model = g.NameScope("model");
        GraphTensor h = Convolution(g, "conv1", image, Layer1);
        h = Convolution(g, "conv2", h, Layer2);
        int flat = Side / 4 * (Side / 4) * Layer2;
        h = g.Reshape(h, (long[])[-1, flat]);
        (GraphVariable weights, GraphVariable bias) = Layer(g, "fc1", [flat, Dense]);
        h = g.Relu(g.MatMul(h, weights) + bias);
        h = g.Dropout(h, keepProbability);
        (weights, bias) = Layer(g, "fc2", [Dense, Classes]);
        GraphTensor logits = g.Plus(g.MatMul(h, weights), bias, "logits");
        probabilities = g.Softmax(logits, "probabilities");
        return logits;
    }

    private static int Filters(int value) => value >= 1 ? value : throw new ArgumentOutOfRangeException(null, "A convolution needs one filter or more.");

    private static GraphTensor Convolution(GraphBuilder g, string name, GraphTensor x, int filters)
    {
        (GraphVariable weights, GraphVariable bias) = Layer(g, name, [5, 5, x.Shape[-1], filters]);
        GraphTensor h = g.Relu(g.Conv2D(x, weights, [1, 1, 1, 1], "SAME") + bias);
        return g.MaxPool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME");
    }

    private static (GraphVariable Weights, GraphVariable Bias) Layer(GraphBuilder g, string name, Shape shape)
    {
        GraphVariable weights = g.Variable(g.TruncatedNormal(shape, standardDeviation: 0.1), $"{name}/weights");
        return (weights, g.Variable(g.Constant(0.1, shape: [shape[-1]]), $"{name}/bias"));
    }
}
