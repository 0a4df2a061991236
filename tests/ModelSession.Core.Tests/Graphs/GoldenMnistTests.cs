using ModelSessions.Protos;

namespace ModelSessions.Tests.Graphs;

/// <summary>The network of golden/generate/models.py, built by our builder, is TensorFlow's own graph node by node.</summary>
public sealed class GoldenMnistTests
{
    [Fact]
    public void A_graph_built_here_is_the_graph_that_Python_builds()
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(SharedData.Require("golden/models/mnist_cnn_full/model.ckpt-0.meta")));
        Graph graph = Build();

        NodeDef[] expected = [.. meta.GraphDef.Node.Where(node => !node.Name.StartsWith("save/", StringComparison.Ordinal))];
        NodeText.AssertContains(expected, graph);
        Assert.Equal(expected.Length, graph.Count);
        foreach (string key in (string[])["variables", "trainable_variables", "train_op"])
        {
            Assert.True(graph.Collections.TryGet(key, out CollectionDef? collection));
            Assert.Equal(meta.CollectionDef[key], collection);
        }
    }

    [Fact]
    public void A_graph_of_resource_variables_is_the_graph_that_Python_builds()
    {
        MetaGraphDef meta = MetaGraphDef.Parser.ParseFrom(File.ReadAllBytes(SharedData.Require("golden/models/softmax_mnist/model.ckpt-0.meta")));
        Graph graph = BuildSoftmax();

        // Up to the summaries.
        NodeText.AssertContains(meta.GraphDef.Node.TakeWhile(node => node.Name != "loss_1/tags"), graph);
        foreach (string key in (string[])["trainable_variables", "train_op"])
        {
            Assert.True(graph.Collections.TryGet(key, out CollectionDef? collection));
            Assert.Equal(meta.CollectionDef[key], collection);
        }
    }

    private static Graph BuildSoftmax()
    {
        GraphBuilder g = new();
        GraphTensor x = g.Placeholder(DType.Float32, [-1, 784], "x");
        GraphTensor y = g.Placeholder(DType.Int32, [-1], "y");
        GraphTensor rate = g.Placeholder(DType.Float32, [], "learning_rate");
        GraphTensor logits;
        using (g.NameScope("softmax"))
        {
            GraphVariable w = g.Variable("weights", [784, 10], Initializers.Zeros, resource: true);
            GraphVariable b = g.Variable("bias", [10], Initializers.Zeros, resource: true);
            logits = g.BiasAdd(g.MatMul(x, w), b, "logits");
        }

        g.Softmax(logits, "probabilities");
        GraphTensor loss = g.ReduceMean(g.SoftmaxCrossEntropy(g.OneHot(y, 10), logits), name: "loss");
        GraphTensor correct = g.Equal(g.ArgMax(logits, 1, DType.Int32), y);
        g.ReduceMean(g.Cast(correct, DType.Float32), name: "accuracy");
        GraphVariable step = g.Variable("global_step", [], Initializers.Zeros, DType.Int64, trainable: false, resource: true);
        new GradientDescentOptimizer(rate).Minimize(loss, step, name: "train");
        return g.Graph;
    }

    private static Graph Build()
    {
        GraphBuilder g = new();
        g.Graph.Seed = 4;
        GraphTensor x, y, keep, rate;
        using (g.NameScope("parameters"))
        {
            x = g.Placeholder(DType.Float32, [-1, 784], "x");
            y = g.Placeholder(DType.Float32, [-1, 10], "y");
            keep = g.Placeholder(DType.Float32, name: "keep_probability");
            rate = g.Placeholder(DType.Float32, name: "learning_rate");
        }

        GraphVariable iteration = g.Variable(0, "iteration", trainable: false);
        GraphTensor image = g.Reshape(x, (long[])[-1, 28, 28, 1]);
        GraphTensor logits, probabilities;
        using (g.NameScope("model"))
        {
            (GraphVariable w, GraphVariable b) = Layer(g, "conv1", [5, 5, 1, 32], 101);
            GraphTensor h = g.Relu(g.Conv2D(image, w, [1, 1, 1, 1], "SAME") + b);
            h = g.MaxPool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME");
            (w, b) = Layer(g, "conv2", [5, 5, 32, 64], 102);
            h = g.Relu(g.Conv2D(h, w, [1, 1, 1, 1], "SAME") + b);
            h = g.MaxPool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME");
            GraphTensor flat = g.Reshape(h, (long[])[-1, 7 * 7 * 64]);
            (w, b) = Layer(g, "fc1", [7 * 7 * 64, 1024], 103);
            h = g.Relu(g.MatMul(flat, w) + b);
            h = g.Dropout(h, keep, 105);
            (w, b) = Layer(g, "fc2", [1024, 10], 104);
            logits = g.Plus(g.MatMul(h, w), b, "logits");
            probabilities = g.Softmax(logits, "probabilities");
        }

        using (g.NameScope("train"))
        {
            GraphTensor loss = g.ReduceMean(-g.ReduceSum(y * g.Log(probabilities), (long[])[1]), name: "loss");
            new AdamOptimizer(rate).Minimize(loss, iteration, name: "train_step");
            GraphTensor correct = g.Equal(g.ArgMax(probabilities, 1), g.ArgMax(y, 1));
            g.ReduceMean(g.Cast(correct, DType.Float32), name: "accuracy");
        }

        g.InitializeVariables();
        return g.Graph;
    }

    private static (GraphVariable Weights, GraphVariable Bias) Layer(GraphBuilder g, string scope, Shape shape, long seed)
    {
        GraphVariable weights = g.Variable(g.TruncatedNormal(shape, standardDeviation: 0.1, seed: seed), scope + "/weights");
        return (weights, g.Variable(g.Constant(0.1, shape: [shape[-1]]), scope + "/bias"));
    }
}
