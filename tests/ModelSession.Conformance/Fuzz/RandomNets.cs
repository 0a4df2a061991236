namespace ModelSessions.Conformance.Fuzz;

/// <summary>Nodes of networks.</summary>
internal static class RandomNets
{
    public static IReadOnlyList<Action<RandomGraph>> Nodes { get; } =
    [
        Convolve, Depthwise, ConvolveBack, Pool, Bias, Softmax, CrossEntropy, SparseCrossEntropy, BatchNorm, Top, Response, Normalize, Blocks, Dilate,
    ];

    private static GraphTensor Images(RandomGraph g) => g.Take(DType.Float32, 4, 4, shape => shape[1] >= 2 && shape[2] >= 2 && shape.ElementCount > 0);

    private static string Padding(RandomGraph g) => g.Choose.Of("SAME", "VALID");

    private static void Convolve(RandomGraph g)
    {
        GraphTensor x = Images(g);
        GraphTensor filter = g.Placeholder(DType.Float32, [g.Choose.Between(1, 2), g.Choose.Between(1, 2), x.Shape[3], g.Choose.Between(1, 3)]);
        long stride = g.Choose.Between(1, 2);
        g.Add("Conv2D", new() { ["strides"] = (long[])[1, stride, stride, 1], ["padding"] = Padding(g) }, x, filter);
    }

    private static void Dilate(RandomGraph g)
    {
        GraphTensor x = g.Take(DType.Float32, 4, 4, shape => shape[1] >= 3 && shape[2] >= 3 && shape.ElementCount > 0);
        GraphTensor filter = g.Placeholder(DType.Float32, [2, 2, x.Shape[3], g.Choose.Between(1, 3)]);
        g.Add("Conv2D", new() { ["strides"] = (long[])[1, 1, 1, 1], ["dilations"] = (long[])[1, g.Choose.Between(1, 2), 2, 1], ["padding"] = Padding(g) }, x, filter);
    }

    private static void Depthwise(RandomGraph g)
    {
        GraphTensor x = Images(g);
        GraphTensor filter = g.Placeholder(DType.Float32, [g.Choose.Between(1, 2), g.Choose.Between(1, 2), x.Shape[3], g.Choose.Between(1, 2)]);
        long stride = g.Choose.Between(1, 2);
        g.Add("DepthwiseConv2dNative", new() { ["strides"] = (long[])[1, stride, stride, 1], ["padding"] = Padding(g) }, x, filter);
    }

    private static void ConvolveBack(RandomGraph g)
    {
        GraphTensor y = Images(g);
        long channels = g.Choose.Between(1, 2);
        GraphTensor filter = g.Placeholder(DType.Float32, [2, 2, channels, y.Shape[3]]);
        Tensor sizes = Tensor.From((int)y.Shape[0], (int)y.Shape[1] * 2, (int)y.Shape[2] * 2, (int)channels);
        g.Add("Conv2DBackpropInput", new() { ["strides"] = (long[])[1, 2, 2, 1], ["padding"] = Padding(g) }, sizes, filter, y);
    }

    private static void Pool(RandomGraph g)
    {
        long stride = g.Choose.Between(1, 2);
        g.Add(g.Choose.Of("MaxPool", "AvgPool"), new() { ["ksize"] = (long[])[1, 2, 2, 1], ["strides"] = (long[])[1, stride, stride, 1], ["padding"] = Padding(g) }, Images(g));
    }

    private static void Bias(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 4);
        g.Add("BiasAdd", null, x, g.Placeholder(x.DType, [x.Shape[-1]]));
    }

    private static void Softmax(RandomGraph g) => g.Add(g.Choose.Of("Softmax", "LogSoftmax"), null, g.Float(1, 3));

    private static void CrossEntropy(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 2, shape => shape.ElementCount > 0);
        g.Add("SoftmaxCrossEntropyWithLogits", null, x, g.Builder.Add("Softmax", g.Placeholder(x.DType, x.Shape)));
    }

    private static void SparseCrossEntropy(RandomGraph g)
    {
        GraphTensor x = g.Float(2, 2, shape => shape.ElementCount > 0);
        int[] labels = [.. Enumerable.Range(0, (int)x.Shape[0]).Select(_ => g.Choose.Next((int)x.Shape[1]))];
        g.Add("SparseSoftmaxCrossEntropyWithLogits", null, x, Tensor.From(labels));
    }

    private static void BatchNorm(RandomGraph g)
    {
        GraphTensor x = Images(g);
        GraphTensor Channels() => g.Placeholder(DType.Float32, [x.Shape[3]]);
        bool training = g.Choose.Flag();
        GraphTensor none = g.Builder.Constant(Tensor.From<float>());
        GraphTensor variance = training ? none : g.Builder.Add("AddV2", g.Builder.Add("Square", Channels()), Tensor.Scalar(0.5f));
        GraphOperation node = g.Builder.AddOperation(
            "FusedBatchNormV3", null, new() { ["epsilon"] = 0.1f, ["is_training"] = training }, x, Channels(), Channels(), training ? none : Channels(), variance);

        // What is kept for the gradient is no part of the contract.
        g.Offer(node.Outputs[0]);
    }

    private static void Top(RandomGraph g)
    {
        GraphTensor x = g.Float(1, 3);
        g.Add("TopKV2", null, x, Tensor.Scalar(g.Choose.Between(0, (int)x.Shape[-1])));
    }

    private static void Response(RandomGraph g) =>
        g.Add("LRN", new() { ["depth_radius"] = g.Choose.Between(1, 3), ["alpha"] = 0.5f, ["beta"] = 0.75f }, Images(g));

    private static void Normalize(RandomGraph g)
    {
        GraphTensor x = g.Float(1, 3);
        GraphTensor squares = g.Builder.Add("Sum", null, new() { ["keep_dims"] = true }, g.Builder.Add("Square", x), Tensor.Scalar(-1));
        g.Add("Mul", null, x, g.Builder.Add("Rsqrt", g.Builder.Add("AddV2", squares, x.DType == DType.Float64 ? Tensor.Scalar(0.1) : Tensor.Scalar(0.1f))));
    }

    private static void Blocks(RandomGraph g)
    {
        GraphTensor x = g.Take(DType.Float32, 4, 4, shape => shape[1] % 2 == 0 && shape[2] % 2 == 0 && shape.ElementCount > 0);
        if (g.Choose.Flag())
        {
            g.Add("SpaceToDepth", new() { ["block_size"] = 2 }, x);
        }
        else
        {
            g.Add("SpaceToBatchND", null, x, Tensor.From(2, 2), Tensor.From<int>([0, 0, 2, 0], [2, 2]));
        }
    }
}
