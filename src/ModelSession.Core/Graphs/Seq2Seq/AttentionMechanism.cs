namespace ModelSessions;

/// <summary>What may be said of attention; in PowerShell a table.</summary>
public sealed record AttentionOptions
{
    /// <summary>How many places of each row of the memory there are; beyond, it is zero and never looked at. All if null.</summary>
    public GraphTensor? MemoryLengths { get; init; }

    /// <summary>Whether the scores have a factor that is learnt; additive scores are normalised and have a bias then, too.</summary>
    public bool Scale { get; init; }

    /// <summary>The score of places beyond the lengths.</summary>
    public double ScoreMask { get; init; } = double.NegativeInfinity;

    /// <summary>The name scope of what is made of the memory; the class's name in TensorFlow if null.</summary>
    public string? Name { get; init; }
}

/// <summary>Says where in a memory is looked for a query; a class that derives from it has scores of its own.</summary>
public abstract class AttentionMechanism
{
    /// <param name="values">The memory [batch, time, size].</param>
    /// <param name="keys">What queries are compared with [batch, time, units].</param>
    protected AttentionMechanism(GraphTensor values, GraphTensor keys)
        : this(PreparedMemory.Of(values, keys))
    {
    }

    private protected AttentionMechanism(PreparedMemory memory) => Memory = memory;

    /// <summary>The memory, [batch, time, size].</summary>
    public GraphTensor Values => Memory.Values;

    /// <summary>What queries are compared with, [batch, time, units].</summary>
    public GraphTensor Keys => Memory.Keys;

    internal PreparedMemory Memory { get; }

    /// <summary>How much of each place of the memory is looked at: [batch, time], whose rows sum up to 1.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="query">What is looked for, [batch, size].</param>
    public abstract GraphTensor Align(GraphBuilder g, GraphTensor query);
}

/// <summary>A memory, its keys, and how many rows and places these have: numbers where they are known.</summary>
internal sealed record PreparedMemory(GraphTensor Values, GraphTensor Keys, Operand Rows, Operand Places)
{
    public static PreparedMemory Of(GraphTensor values, GraphTensor keys)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(keys);
        GraphBuilder g = keys.Graph.Builder;
        return new(values, keys, RnnNodes.BatchSize(g, keys, 0), RnnNodes.BatchSize(g, keys, 1));
    }
}

/// <summary>Attention whose keys are the memory times a kernel.</summary>
public abstract class DenseAttention : AttentionMechanism
{
    private readonly AttentionOptions _options;

    private protected DenseAttention(PreparedMemory memory, AttentionOptions options)
        : base(memory) => _options = options;

    /// <inheritdoc/>
    public sealed override GraphTensor Align(GraphBuilder g, GraphTensor query)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(query);
        GraphTensor score = Score(g, query, _options.Scale);
        return g.Softmax(_options.MemoryLengths is { } lengths ? g.Seq2Seq.MaskScore(score, lengths, _options.ScoreMask) : score);
    }

    private protected abstract GraphTensor Score(GraphBuilder g, GraphTensor query, bool scale);

    private protected static PreparedMemory Prepare(GraphBuilder g, int units, GraphTensor memory, AttentionOptions options, string name)
    {
        if (memory.Shape.Rank != 3 || memory.Shape[2] < 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"Attention takes a memory [batch, time, size] whose size is known; '{memory.Name}' is {memory.Shape}.", memory.Operation.Name);
        }

        using GraphScope scope = g.NameScope(string.IsNullOrEmpty(options.Name) ? name : options.Name);
        GraphTensor values = options.MemoryLengths is { } lengths ? Mask(g, memory, lengths) : memory;
        return PreparedMemory.Of(values, new DenseLayer(units, new() { Name = "memory_layer", UseBias = false }).Call(g, values));
    }

    private static GraphTensor Mask(GraphBuilder g, GraphTensor memory, GraphTensor lengths)
    {
        GraphTensor mask = g.SequenceMask(lengths, g.Element(g.ShapeOf(memory), 1), memory.DType);
        GraphTensor ones;
        using (GraphScope scope = g.NameScope("ones"))
        {
            GraphTensor shape = g.Constant(Scalars.CreateVector([1], DType.Int32), "shape_as_tensor");
            ones = g.Add("Fill", scope.Name, null, shape, g.Constant(1, DType.Int32));
        }

        return memory * g.Reshape(mask, g.Concat([g.ShapeOf(mask), ones], 0));
    }
}

/// <summary>Additive attention (<c>BahdanauAttention</c>): the score is <c>v · tanh(keys + query · kernel)</c>.</summary>
public sealed class BahdanauAttention : DenseAttention
{
    private readonly int _units;
    private readonly DenseLayer _queries;
    private GraphVariable? _factors, _norm, _bias;

    internal BahdanauAttention(GraphBuilder g, int units, GraphTensor memory, AttentionOptions options)
        : base(Prepare(g, units, memory, options, "BahdanauAttention"), options)
    {
        _units = units;
        _queries = new DenseLayer(units, new() { Name = "query_layer", UseBias = false });
    }

    private protected override GraphTensor Score(GraphBuilder g, GraphTensor query, bool scale)
    {
        using VariableScope scope = g.UniqueVariableScope("bahdanau_attention");
        GraphTensor processed = _queries.Call(g, query);
        _factors ??= g.GetVariable("attention_v", [_units], dtype: query.DType);
        if (scale)
        {
            _norm ??= g.GetVariable("attention_g", Shape.Scalar, Initializers.Constant(Math.Sqrt(1.0 / _units)), query.DType);
            _bias ??= g.GetVariable("attention_b", [_units], Initializers.Zeros, query.DType);
        }

        return g.Seq2Seq.BahdanauScore(processed, Keys, _factors, _norm, _bias);
    }
}

/// <summary>Multiplicative attention (<c>LuongAttention</c>): the score is <c>keys · query</c>.</summary>
public sealed class LuongAttention : DenseAttention
{
    private GraphVariable? _factor;

    internal LuongAttention(GraphBuilder g, int units, GraphTensor memory, AttentionOptions options)
        : base(Prepare(g, units, memory, options, "LuongAttention"), options)
    {
    }

    private protected override GraphTensor Score(GraphBuilder g, GraphTensor query, bool scale)
    {
        using VariableScope scope = g.UniqueVariableScope("luong_attention");
        if (scale)
        {
            _factor ??= g.GetVariable("attention_g", Shape.Scalar, Initializers.Ones, query.DType);
        }

        return g.Seq2Seq.LuongScore(query, Keys, _factor);
    }
}
