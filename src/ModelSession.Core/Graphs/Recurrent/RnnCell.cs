namespace ModelSessions;

/// <summary>A cell of a recurrent network: takes an input and a state, gives an output and the next state (<c>tf.nn.rnn_cell</c>). Its variables
/// are made when it is first called, and used again by all calls after that.</summary>
public abstract class RnnCell
{
    /// <summary>The sizes of the state: one number, or a list for states of several parts.</summary>
    public abstract RnnSize StateSize { get; }

    /// <summary>The size of the output.</summary>
    public abstract long OutputSize { get; }

    /// <summary>One step.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="input">Rows of a batch.</param>
    /// <param name="state">The state, in the form of <see cref="StateSize"/>.</param>
    public abstract (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state);

    /// <summary>A state of zeros.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="batchSize">The number of rows.</param>
    /// <param name="dtype">The type.</param>
    public virtual TensorTree ZeroState(GraphBuilder g, Operand batchSize, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope(ZeroStateScope);
        return StateSize.Map(size => RnnNodes.Zeros(g, batchSize, size, dtype));
    }

    /// <summary>The name scope of states of zeros.</summary>
    protected abstract string ZeroStateScope { get; }

    /// <summary>Of each tensor of the state, whether dropout takes it: not the memory c of a state (c, h).</summary>
    internal virtual IEnumerable<bool> DroppedState => StateSize.Flatten().Select(_ => true);
}

/// <summary>The size of a state, or the sizes of its parts.</summary>
public sealed class RnnSize
{
    private readonly long _size;
    private readonly RnnSize[]? _parts;

    private RnnSize(long size, RnnSize[]? parts) => (_size, _parts) = (size, parts);

    /// <summary>The sizes of the parts; null of a state that is one tensor.</summary>
    public IReadOnlyList<RnnSize>? Parts => _parts;

    /// <summary>One size.</summary>
    public static implicit operator RnnSize(long size) => new(size, null);

    /// <summary>A state of several parts.</summary>
    public static RnnSize Of(params RnnSize[] parts) => new(0, parts ?? throw new ArgumentNullException(nameof(parts)));

    internal IEnumerable<long> Flatten() => _parts?.SelectMany(part => part.Flatten()) ?? [_size];

    internal TensorTree Map(Func<long, GraphTensor> make) => _parts is null ? make(_size) : TensorTree.Create([.. _parts.Select(part => part.Map(make))]);
}

/// <summary>A cell with variables in a scope of its own.</summary>
public abstract class LayerRnnCell : RnnCell
{
    private readonly string _name;
    private VariableScope? _scope;

    /// <param name="kind">The cell's kind in TensorFlow's words: <c>gru_cell</c>.</param>
    /// <param name="name">The scope of its variables; the kind, with a number where that is taken, if null.</param>
    private protected LayerRnnCell(string kind, string? name) => _name = string.IsNullOrEmpty(name) ? kind : name;

    /// <inheritdoc/>
    public sealed override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(state);
        if (input.Shape.Rank != 2 || input.Shape[1] < 0)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The cell '{_name}' takes rows whose length is known; '{input.Name}' is {input.Shape}.", input.Operation.Name);
        }

        bool isFirst = _scope is null;
        _scope ??= RnnNodes.OpenOnce(g, _name);
        using GraphScope scope = g.Inside(_scope);
        if (isFirst)
        {
            Build(g, input.Shape[1], input.DType);
        }

        return Step(g, input, state);
    }

    /// <summary>Makes the variables.</summary>
    private protected abstract void Build(GraphBuilder g, long inputSize, DType dtype);

    /// <summary>Adds the nodes of a step.</summary>
    private protected abstract (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state);
}
