namespace ModelSessions.Tests.Builder;

/// <summary>Layers, as in generate.py.</summary>
internal static class LayerCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["layers/dense"] = Dense,
        ["layers/dense_regularized"] = g => g.Layers.Dense(X(g, -1, 4), 3, new LayerOptions { KernelRegularizer = (b, w) => b.Times(1e-3, b.ReduceSum(b.Square(w))) }),
        ["layers/options"] = Options,
        ["layers/conv"] = Convolutions,
        ["layers/conv_transpose"] = Transposed,
        ["layers/separable"] = g => g.Layers.SeparableConv2D(X(g, -1, 8, 8, 3), 4, [3], new() { DepthMultiplier = 2, Padding = "same" }),
        ["layers/depthwise"] = g => g.DepthwiseConv2D(X(g, -1, 8, 8, 3), X(g, "filter", 3, 3, 3, 2), [1, 1, 1, 1], "SAME"),
        ["layers/pool"] = Pools,
        ["layers/flatten"] = Flatten,
        ["layers/dropout"] = Dropout,
        ["layers/dropout_fed"] = g => g.Layers.Dropout(X(g, -1, 4), 0.25, g.Placeholder(DType.Bool, Shape.Scalar, "training"), 5),
        ["layers/batch_norm_fed"] = g => Fed(g, [-1, 3, 3, 2], 0.8),
        ["layers/batch_norm_fed_plain"] = g => Fed(g, [-1, 4], 0.99),
        ["layers/batch_norm"] = BatchNorm,
        ["layers/batch_norm_resource"] = BatchNormResource,
        ["layers/batch_norm_fused"] = BatchNormFused,
        ["layers/embedding"] = Embedding,
        ["layers/embedding_sparse"] = EmbeddingSparse,
        ["layers/activations"] = Activations,
    };

    public static GraphTensor X(GraphBuilder g, params long[] shape) => X(g, "x", shape);

    public static GraphTensor X(GraphBuilder g, string name, params long[] shape) => g.Placeholder(DType.Float32, new Shape(shape), name);

    private static void Dense(GraphBuilder g)
    {
        GraphTensor h = g.Layers.Dense(X(g, -1, 4), 3, new LayerOptions { Activation = "relu", KernelInitializer = Initializers.GlorotUniform(1) });
        h = g.Layers.Dense(h, 2, new LayerOptions { UseBias = false, Name = "head" });
        g.Layers.Dense(X(g, "y", -1, 5, 4), 2);
        g.Layers.Dense(X(g, "z", -1, 3), 2, new LayerOptions { UseBias = false, Name = "head", Reuse = VariableReuse.Always });
        using VariableScope scope = g.VariableScope("s");
        g.Layers.Dense(h, 2);
        g.Layers.Dense(h, 2);
    }

    private static void Options(GraphBuilder g)
    {
        Regularizer penalty = (b, w) => b.Times(1e-3, b.ReduceSum(b.Square(w)));
        Initializer half = Initializers.Constant(0.5);
        GraphTensor image = X(g, "image", -1, 8, 8, 3);
        g.Layers.Dense(X(g, -1, 4), 3, new LayerOptions { BiasInitializer = half, BiasRegularizer = penalty });
        g.Layers.SeparableConv2D(image, 4, [3], new() { DepthwiseInitializer = half, DepthwiseRegularizer = penalty, KernelInitializer = Initializers.Ones });
        g.Layers.BatchNormalization(
            X(g, "y", -1, 5),
            true,
            new() { Epsilon = 0.01, BetaInitializer = half, GammaInitializer = half, BetaRegularizer = penalty, GammaRegularizer = penalty });
    }

    private static void Convolutions(GraphBuilder g)
    {
        g.UseResourceVariables = true;
        GraphTensor x = X(g, -1, 8, 8, 3);
        g.Layers.Conv2D(x, 4, [3]);
        g.Layers.Conv2D(x, 4, [5, 3], new ConvolutionOptions { Strides = [2], Padding = "same", Activation = "relu", Name = "c" });
        g.Layers.Conv1D(X(g, "line", -1, 8, 3), 4, [3]);
        g.Layers.Conv3D(X(g, "volume", -1, 4, 4, 4, 2), 4, [3], new() { Padding = "same" });
    }

    private static void Transposed(GraphBuilder g)
    {
        GraphTensor x = X(g, -1, 8, 8, 3);
        g.Layers.Conv2DTranspose(x, 4, [3], new() { Strides = [2], Padding = "same" });
        g.Layers.Conv2DTranspose(x, 4, [3], new() { Strides = [1, 2], UseBias = false, Activation = "tanh", Name = "up" });
    }

    private static void Pools(GraphBuilder g)
    {
        GraphTensor x = X(g, -1, 8, 8, 3);
        g.Layers.MaxPooling2D(x, [2], [2]);
        g.Layers.AveragePooling2D(x, [3, 2], [1], "same", "p");
        g.Layers.MaxPooling1D(X(g, "line", -1, 8, 3), [2], [2]);
        g.Layers.AveragePooling1D(X(g, "line2", -1, 8, 3), [2], [2]);
        g.Layers.MaxPooling3D(X(g, "volume", -1, 4, 4, 4, 2), [2], [2]);
        g.Layers.AveragePooling3D(X(g, "volume2", -1, 4, 4, 4, 2), [2], [2], "same");
    }

    private static void Flatten(GraphBuilder g)
    {
        g.Layers.Flatten(X(g, -1, 2, 3));
        g.Layers.Flatten(X(g, "y", -1));
        g.Layers.Flatten(X(g, "z", -1, -1, 3));
    }

    private static void Dropout(GraphBuilder g)
    {
        GraphTensor x = X(g, -1, 4);
        g.Layers.Dropout(x, 0.3, false);
        g.Layers.Dropout(x, 0.3, true, 5);
        g.DropoutByRate(x, X(g, "rate"), 6);
    }

    private static void BatchNorm(GraphBuilder g)
    {
        g.Layers.BatchNormalization(X(g, -1, 4), true);
        g.Layers.BatchNormalization(X(g, "y", -1, 5), false, new() { Center = false });
        g.Layers.BatchNormalization(X(g, "z", -1, 3, 3, 2), true, new() { Fused = false, Momentum = 0.9, Scale = false });
    }

    private static void BatchNormResource(GraphBuilder g)
    {
        g.UseResourceVariables = true;
        g.Layers.BatchNormalization(X(g, -1, 5), false);
        g.Layers.BatchNormalization(X(g, "y", -1, 4), true);
    }

    private static void BatchNormFused(GraphBuilder g)
    {
        g.UseResourceVariables = true;
        g.Layers.BatchNormalization(X(g, -1, 3, 3, 2), true);
        g.Layers.BatchNormalization(X(g, "y", -1, 3, 3, 2), false, new() { Scale = false });
    }

    private static void Fed(GraphBuilder g, long[] shape, double momentum)
    {
        g.UseResourceVariables = true;
        GraphTensor x = X(g, shape);
        g.Layers.BatchNormalization(x, g.Placeholder(DType.Bool, Shape.Scalar, "training"), new() { Momentum = momentum });
    }

    private static void Embedding(GraphBuilder g)
    {
        GraphTensor ids = g.Placeholder(DType.Int32, [-1, 3], "ids");
        g.EmbeddingLookup(g.GetVariable("t", [10, 4]), ids);
        PartitionedVariable p = g.GetPartitionedVariable("p", [10, 4], Partitioners.FixedSize(3));
        g.EmbeddingLookup(p, ids, PartitionStrategy.Div);
        g.EmbeddingLookup(p, ids, PartitionStrategy.Mod, "mod");
        GraphVariable r = g.GetVariable("r", [10, 4], resource: true);
        g.EmbeddingLookup(r, ids);
    }

    private static void EmbeddingSparse(GraphBuilder g)
    {
        GraphSparseTensor ids = new(g.Placeholder(DType.Int64, [-1, 2], "i"), g.Placeholder(DType.Int64, [-1], "v"), g.Placeholder(DType.Int64, [2], "s0"));
        GraphSparseTensor w = ids with { Values = X(g, "w", -1) };
        GraphVariable t = g.GetVariable("t", [10, 4]);
        g.EmbeddingLookupSparse(t, ids);
        g.EmbeddingLookupSparse(t, ids, null, Combiner.SqrtN, "s");
        g.EmbeddingLookupSparse(t, ids, null, Combiner.Sum, "u");
        g.EmbeddingLookupSparse(t, ids, w, Combiner.Mean, "weighted");
        g.EmbeddingLookupSparse(t, ids, w, Combiner.Sum, "weighted_sum");
        g.EmbeddingLookupSparse(t, ids, w, Combiner.SqrtN, "weighted_root");
    }

    private static void Activations(GraphBuilder g)
    {
        GraphTensor x = X(g, -1, 4);
        g.Relu6(x);
        g.Elu(x);
        g.Selu(x);
        g.LeakyRelu(x);
        g.LeakyRelu(x, 0.1);
        g.Softplus(x);
        g.Softsign(x);
        g.Gelu(x);
        g.Gelu(x, approximate: true);
        g.Crelu(x);
        g.LogSoftmax(x);
        g.LocalResponseNormalization(X(g, "image", -1, 4, 4, 3), 2, 1, 0.1, 0.75);
        g.L2Normalize(x, 1);
        g.XwPlusB(x, X(g, "w", 4, 2), X(g, "b", 2));
        g.Moments(X(g, "m", -1, 4, 4, 3), [0, 1, 2]);
        g.BatchNormalization(x, X(g, "mean", 4), X(g, "variance", 4), X(g, "offset", 4), X(g, "scale", 4), 1e-3);
        g.FusedBatchNormalization(X(g, "f", -1, 4, 4, 3), X(g, "g", 3), X(g, "h", 3));
    }
}
