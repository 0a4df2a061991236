namespace ModelSessions;

/// <summary>How losses of a sequence's places become fewer numbers along an axis.</summary>
public enum SequenceReduction
{
    /// <summary>They stay.</summary>
    None,

    /// <summary>Their sum over the sum of the weights.</summary>
    Average,

    /// <summary>Their sum over the number of weights that are not zero.</summary>
    Sum,
}

/// <summary>Attention, decoders and losses of sequences, node for node as <c>tf.contrib.seq2seq</c> of TensorFlow 1.15 builds them.</summary>
public sealed partial class Seq2SeqBuilder
{
    private readonly GraphBuilder _g;

    internal Seq2SeqBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>Additive attention to a memory, such as an encoder's outputs.</summary>
    /// <param name="units">The size of keys and queries.</param>
    /// <param name="memory">[batch, time, size].</param>
    /// <param name="options">How; over all places of the memory if null.</param>
    public BahdanauAttention BahdanauAttention(int units, GraphTensor memory, AttentionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new(_g, units, memory, options ?? new());
    }

    /// <summary>Multiplicative attention to a memory; queries have the size of the keys.</summary>
    /// <inheritdoc cref="BahdanauAttention"/>
    public LuongAttention LuongAttention(int units, GraphTensor memory, AttentionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new(_g, units, memory, options ?? new());
    }

    /// <summary>How well each place's key goes with a query: <c>Σ factors · tanh(keys + query)</c>; normalised if norm and bias are given.</summary>
    /// <param name="query">[batch, units].</param>
    /// <param name="keys">[batch, time, units].</param>
    /// <param name="factors">[units].</param>
    /// <param name="norm">The length of the factors, a scalar.</param>
    /// <param name="bias">Added to keys and query, [units].</param>
    /// <returns>[batch, time].</returns>
    public GraphTensor BahdanauScore(GraphTensor query, GraphTensor keys, Operand factors, GraphVariable? norm = null, GraphVariable? bias = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        GraphTensor row = _g.ExpandDims(query, 1);
        if (norm is null || bias is null)
        {
            return _g.ReduceSum(_g.Times(factors, _g.Tanh(keys + row)), (long[])[2]);
        }

        GraphTensor scaled = _g.Times(norm, factors);
        GraphTensor normed = scaled * _g.Add("Rsqrt", _g.ReduceSum(_g.Square(factors)));
        return _g.ReduceSum(normed * _g.Tanh(keys + row + bias), (long[])[2]);
    }

    /// <summary>How well each place's key goes with a query: their inner product, times a factor if there is one.</summary>
    /// <param name="query">[batch, units].</param>
    /// <param name="keys">[batch, time, units].</param>
    /// <param name="factor">A scalar; none if null.</param>
    /// <returns>[batch, time].</returns>
    public GraphTensor LuongScore(GraphTensor query, GraphTensor keys, GraphVariable? factor = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(keys);
        if (query.Shape[-1] != keys.Shape[-1])
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"A query must be as long as the keys that it is compared with: '{query.Name}' is {query.Shape}, '{keys.Name}' {keys.Shape}. Give the attention the size of the cell's output.", query.Operation.Name);
        }

        GraphTensor score = _g.Squeeze(_g.MatMul(_g.ExpandDims(query, 1), keys, transposeB: true), [1]);
        return factor is null ? score : _g.Times(factor, score);
    }

    /// <summary>Scores with another value beyond the lengths.</summary>
    /// <param name="score">[batch, time].</param>
    /// <param name="lengths">How many places of each row there are: greater than zero, which a run checks.</param>
    /// <param name="value">The score beyond.</param>
    public GraphTensor MaskScore(GraphTensor score, GraphTensor lengths, double value = double.NegativeInfinity)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(lengths);
        GraphTensor mask;
        using (_g.ControlDependencies(_g.AssertPositive(lengths, "The lengths of a memory must be greater than zero")))
        {
            mask = _g.SequenceMask(lengths, _g.Element(_g.ShapeOf(score), 1));
        }

        GraphTensor beyond = _g.Times(value, _g.OnesLike(score));
        return _g.Add("Select", mask, score, beyond);
    }

    /// <summary>What is seen: the places of a memory, each as much as it is looked at, summed up.</summary>
    /// <param name="alignments">[batch, time].</param>
    /// <param name="memory">[batch, time, size].</param>
    /// <returns>[batch, size].</returns>
    public GraphTensor Context(GraphTensor alignments, GraphTensor memory) =>
        _g.Squeeze(_g.MatMul(_g.ExpandDims(alignments, 1), memory), [1]);

    /// <summary>The log-loss of sequences of classes, weighted: <c>sequence_loss</c>.</summary>
    /// <param name="logits">[batch, time, classes].</param>
    /// <param name="targets">Class numbers [batch, time].</param>
    /// <param name="weights">[batch, time]: 1 for what counts, 0 beyond a sequence's end (<see cref="GraphBuilder.SequenceMask"/>).</param>
    /// <param name="overTime">How places of a sequence are put together.</param>
    /// <param name="overBatch">How sequences are put together.</param>
    /// <param name="name"><c>sequence_loss</c> if null.</param>
    /// <exception cref="ArgumentException">One is averaged, the other summed.</exception>
    public GraphTensor SequenceLoss(
        GraphTensor logits,
        GraphTensor targets,
        GraphTensor weights,
        SequenceReduction overTime = SequenceReduction.Average,
        SequenceReduction overBatch = SequenceReduction.Average,
        string? name = null)
    {
        CheckRank(logits, 3, "logits [batch, time, classes]");
        CheckRank(targets, 2, "targets [batch, time]");
        CheckRank(weights, 2, "weights [batch, time]");
        if (overTime != overBatch && overTime != SequenceReduction.None && overBatch != SequenceReduction.None)
        {
            throw new ArgumentException($"Losses are averaged over time and batch, or summed over both; not {overTime} over time and {overBatch} over the batch.", nameof(overBatch));
        }

        using GraphScope scope = _g.NameScope(string.IsNullOrEmpty(name) ? "sequence_loss" : name);
        GraphTensor classes = _g.Element(_g.ShapeOf(logits), 2);
        GraphTensor rows = _g.Reshape(logits, (Operand[])[-1, classes]);
        GraphTensor cross = _g.SparseSoftmaxCrossEntropy(_g.Reshape(targets, (long[])[-1]), rows);
        cross *= _g.Reshape(weights, (long[])[-1]);
        if (overTime == overBatch && overTime != SequenceReduction.None)
        {
            return Part(_g.ReduceSum(cross), weights, null, overTime);
        }

        cross = _g.Reshape(cross, _g.Range(_g.ShapeOf(logits), 0, 2));
        return overTime != SequenceReduction.None ? Part(_g.ReduceSum(cross, (long[])[1]), weights, (long[])[1], overTime)
            : overBatch != SequenceReduction.None ? Part(_g.ReduceSum(cross, (long[])[0]), weights, (long[])[0], overBatch)
            : cross;
    }

    private GraphTensor Part(GraphTensor sum, GraphTensor weights, Operand? axes, SequenceReduction reduction)
    {
        GraphTensor size = reduction == SequenceReduction.Average ? _g.ReduceSum(weights, axes) : _g.Cast(CountNonzero(weights, axes), sum.DType);
        return _g.Add("DivNoNan", "div_no_nan", null, sum, size);
    }

    private GraphTensor CountNonzero(GraphTensor weights, Operand? axes)
    {
        using GraphScope scope = _g.NameScope("count_nonzero");
        GraphTensor zero = _g.Zeros(Shape.Scalar, weights.DType);
        return _g.ReduceSum(_g.Cast(weights.NotEqual(zero), DType.Int64), axes);
    }

    private static void CheckRank(GraphTensor tensor, int rank, string what)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.Shape.Rank != rank)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"A loss of sequences takes {what}; '{tensor.Name}' is {tensor.Shape}.", tensor.Operation.Name);
        }
    }
}
