namespace ModelSessions;

/// <content>Losses over many classes, of which some are drawn.</content>
public sealed partial class GraphBuilder
{
    /// <summary>Draws classes so that small numbers come more often, as words sorted by frequency do: <c>tf.nn.log_uniform_candidate_sampler</c>.</summary>
    /// <param name="trueClasses">The examples' classes, int64 [batch, true classes].</param>
    /// <param name="numTrue">The number of true classes of each example.</param>
    /// <param name="numSampled">How many are drawn.</param>
    /// <param name="unique">Whether none is drawn twice.</param>
    /// <param name="rangeMax">The number of classes.</param>
    /// <param name="seed">The sampler's own seed.</param>
    /// <param name="name">The op kind if null.</param>
    public SampledCandidates LogUniformCandidateSampler(
        GraphTensor trueClasses, int numTrue, int numSampled, bool unique, long rangeMax, long? seed = null, string? name = null) =>
        Sample("LogUniformCandidateSampler", trueClasses, numTrue, numSampled, unique, rangeMax, seed, name);

    /// <summary>Draws classes, all equally likely: <c>tf.nn.uniform_candidate_sampler</c>.</summary>
    /// <inheritdoc cref="LogUniformCandidateSampler"/>
    public SampledCandidates UniformCandidateSampler(
        GraphTensor trueClasses, int numTrue, int numSampled, bool unique, long rangeMax, long? seed = null, string? name = null) =>
        Sample("UniformCandidateSampler", trueClasses, numTrue, numSampled, unique, rangeMax, seed, name);

    /// <summary>Draws classes as often as they were seen so far: <c>tf.nn.learned_unigram_candidate_sampler</c>.</summary>
    /// <inheritdoc cref="LogUniformCandidateSampler"/>
    public SampledCandidates LearnedUnigramCandidateSampler(
        GraphTensor trueClasses, int numTrue, int numSampled, bool unique, long rangeMax, long? seed = null, string? name = null) =>
        Sample("LearnedUnigramCandidateSampler", trueClasses, numTrue, numSampled, unique, rangeMax, seed, name);

    /// <summary>The noise-contrastive loss of each example: is a class the example's own, or was it drawn? <c>tf.nn.nce_loss</c>.</summary>
    /// <param name="weights">A row of weights for each class.</param>
    /// <param name="biases">A bias for each class.</param>
    /// <param name="labels">The examples' classes, [batch, true classes].</param>
    /// <param name="inputs">The examples, [batch, size of a row].</param>
    /// <param name="numSampled">How many classes are drawn.</param>
    /// <param name="numClasses">The number of classes.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    public GraphTensor NceLoss(
        GraphVariable weights, GraphVariable biases, GraphTensor labels, GraphTensor inputs, int numSampled, long numClasses, SampledLossOptions? options = null)
    {
        options ??= new SampledLossOptions();
        (GraphTensor logits, GraphTensor targets) = SampledLogits(
            weights, biases, labels, inputs, numSampled, numClasses, options, options.RemoveAccidentalHits ?? false, "nce_loss");
        return SumRows(SigmoidCrossEntropy(targets, logits, "sampled_losses"));
    }

    /// <summary>The softmax loss of each example among its own and some drawn classes: <c>tf.nn.sampled_softmax_loss</c>. For training only.</summary>
    /// <inheritdoc cref="NceLoss"/>
    public GraphTensor SampledSoftmaxLoss(
        GraphVariable weights, GraphVariable biases, GraphTensor labels, GraphTensor inputs, int numSampled, long numClasses, SampledLossOptions? options = null)
    {
        options ??= new SampledLossOptions();
        (GraphTensor logits, GraphTensor targets) = SampledLogits(
            weights, biases, labels, inputs, numSampled, numClasses, options, options.RemoveAccidentalHits ?? true, "sampled_softmax_loss");
        return SoftmaxCrossEntropy(StopGradient(targets, "labels_stop_gradient"), logits);
    }

    private SampledCandidates Sample(
        string type, GraphTensor trueClasses, int numTrue, int numSampled, bool unique, long rangeMax, long? seed, string? name)
    {
        ArgumentNullException.ThrowIfNull(trueClasses);
        (long first, long second) = Seeds(seed);
        NodeAttributes attributes = new()
        {
            ["num_true"] = numTrue,
            ["num_sampled"] = numSampled,
            ["unique"] = unique,
            ["range_max"] = rangeMax,
            ["seed"] = first,
            ["seed2"] = second,
        };
        IReadOnlyList<GraphTensor> drawn = AddOperation(type, name, attributes, trueClasses).Outputs;
        return new SampledCandidates(drawn[0], drawn[1], drawn[2]);
    }

    private (GraphTensor Logits, GraphTensor Labels) SampledLogits(
        GraphVariable weights, GraphVariable biases, GraphTensor labels, GraphTensor inputs, int numSampled, long numClasses, SampledLossOptions options, bool removeHits, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(inputs);
        using GraphScope scope = NameScope(options.Name ?? name);
        GraphTensor classes = Cast(labels, DType.Int64);
        GraphTensor flat = Reshape(classes, (long[])[-1]);
        SampledCandidates drawn = options.SampledValues ?? LogUniformCandidateSampler(classes, options.NumTrue, numSampled, true, numClasses, options.Seed);
        GraphTensor sampled = StopGradient(drawn.Candidates), trueExpected = StopGradient(drawn.TrueExpected), sampledExpected = StopGradient(drawn.SampledExpected);
        sampled = Cast(sampled, DType.Int64);
        GraphTensor ids = Concat([flat, sampled], 0);
        GraphTensor rows = Cast(EmbeddingLookup(weights, ids), inputs.DType);
        GraphTensor trueRows = Slice(rows, (long[])[0, 0], Stack([Element(ShapeOf(flat), 0), -1]));
        GraphTensor sampledRows = Slice(rows, Stack([Element(ShapeOf(flat), 0), 0]), (long[])[-1, -1]);
        GraphTensor sampledLogits = MatMul(inputs, sampledRows, transposeB: true);
        GraphTensor allBiases = Cast(EmbeddingLookup(biases, ids), inputs.DType);
        GraphTensor trueBiases = Slice(allBiases, (long[])[0], ShapeOf(flat));
        GraphTensor sampledBiases = Slice(allBiases, ShapeOf(flat), (long[])[-1]);
        GraphTensor trueLogits = TrueLogits(inputs, trueRows, options.NumTrue);
        trueBiases = Reshape(trueBiases, (long[])[-1, options.NumTrue]);
        trueLogits += trueBiases;
        sampledLogits += sampledBiases;
        if (removeHits)
        {
            sampledLogits += AccidentalHits(classes, sampled, options.NumTrue, numSampled, inputs.DType);
        }

        trueLogits -= Log(trueExpected);
        sampledLogits -= Log(sampledExpected);
        GraphTensor logits = Concat([trueLogits, sampledLogits], 1);
        GraphTensor targets = Concat([OnesLike(trueLogits) / options.NumTrue, ZerosLike(sampledLogits)], 1);
        return (logits, targets);
    }

    private GraphTensor TrueLogits(GraphTensor inputs, GraphTensor trueRows, int numTrue)
    {
        GraphTensor size = Range(ShapeOf(trueRows), 1, 2);
        GraphTensor shape = Concat([(long[])[-1, numTrue], size], 0);
        GraphTensor spread = ExpandDims(inputs, 1);
        GraphTensor products = Times(spread, Reshape(trueRows, shape), "Mul");
        GraphTensor matrix = Reshape(products, Concat([(long[])[-1], size], 0));
        return Reshape(SumRows(matrix), (long[])[-1, numTrue]);
    }

    // Very small logits where a class drawn is one of the example's own.
    private GraphTensor AccidentalHits(GraphTensor classes, GraphTensor sampled, int numTrue, int numSampled, DType dtype)
    {
        (long first, long second) = Seeds(null);
        IReadOnlyList<GraphTensor> hits = AddOperation(
            "ComputeAccidentalHits", null, new() { ["num_true"] = numTrue, ["seed"] = first, ["seed2"] = second }, classes, sampled).Outputs;
        GraphTensor examples = Reshape(hits[0], (long[])[-1, 1]);
        GraphTensor places = Reshape(Cast(hits[1], DType.Int32), (long[])[-1, 1]);
        GraphTensor indices = Concat([examples, places], 1, "sparse_indices");
        GraphTensor batch = Range(ShapeOf(classes), null, 1);
        GraphTensor shape = Concat([batch, ExpandDims(numSampled, 0)], 0);
        return Add("SparseToDense", null, new() { ["validate_indices"] = false }, indices, shape, Cast(hits[2], dtype), 0.0);
    }

    private GraphTensor SumRows(GraphTensor x)
    {
        GraphTensor columns = Element(ShapeOf(x), 1);
        GraphTensor ones = Ones(Stack([columns, 1]), x.DType);
        return Reshape(MatMul(x, ones), (long[])[-1]);
    }
}
