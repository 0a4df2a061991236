namespace ModelSessions;

/// <summary>How a cell looks at a memory; in PowerShell a table.</summary>
public sealed record AttentionWrapperOptions
{
    /// <summary>The size of the attention, a product of output and context with a kernel; the context itself if null.</summary>
    public int? AttentionSize { get; init; }

    /// <summary>Whether the output is the attention, or the cell's own.</summary>
    public bool OutputsAttention { get; init; } = true;

    /// <summary>Whether the state keeps what was looked at in each step, in an array of tensors.</summary>
    public bool KeepsAlignments { get; init; }

    /// <summary>Whether the cell's variables stand in a scope of the wrapper's, as in TensorFlow; or in that around, as in graphs made by hand.</summary>
    public bool HasScope { get; init; } = true;

    /// <summary>The wrapper's scope; <c>attention_wrapper</c> if null.</summary>
    public string? Name { get; init; }
}

/// <summary>A cell that looks at a memory in each step: what it saw is added to its next input (<c>AttentionWrapper</c>). Its state has six parts:
/// the cell's state, the attention, the time, the alignments, the array of all alignments (an empty list if they are not kept), and the alignments again.</summary>
/// <param name="cell">The cell.</param>
/// <param name="attention">Where it looks.</param>
/// <param name="options">How; as TensorFlow does if null.</param>
public sealed class AttentionWrapper(RnnCell cell, AttentionMechanism attention, AttentionWrapperOptions? options = null) : RnnCellWrapper(cell)
{
    private readonly AttentionWrapperOptions _options = options ?? new();
    private readonly AttentionMechanism _attention = attention ?? throw new ArgumentNullException(nameof(attention));
    private readonly DenseLayer? _layer = options?.AttentionSize is { } size ? new DenseLayer(size, new() { Name = "attention_layer", UseBias = false }) : null;
    private VariableScope? _outer, _scope;

    /// <inheritdoc/>
    public override RnnSize StateSize => RnnSize.Of(Cell.StateSize, AttentionSize, 0, _attention.Keys.Shape[1], RnnSize.Of(), _attention.Keys.Shape[1]);

    /// <inheritdoc/>
    public override long OutputSize => _options.OutputsAttention ? AttentionSize : Cell.OutputSize;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "AttentionWrapperZeroState";

    private long AttentionSize => _options.AttentionSize ?? _attention.Values.Shape[2];

    /// <summary>A state with the cell's own state in it, such as an encoder's last one.</summary>
    /// <param name="state">The other parts: a state of zeros.</param>
    /// <param name="cellState">The cell's state.</param>
    public static TensorTree WithCellState(TensorTree state, TensorTree cellState)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(cellState);
        return cellState.HasFormOf(state[0])
            ? TensorTree.Create([cellState, .. state.Parts.Skip(1)])
            : throw new GraphException(StatusCode.InvalidArgument, $"The state of the cell in the wrapper has the form {state[0]}; there is {cellState}.");
    }

    /// <inheritdoc/>
    public override TensorTree ZeroState(GraphBuilder g, Operand batchSize, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope(ZeroStateScope);
        TensorTree state = Cell.ZeroState(g, batchSize, dtype);
        using (g.ControlDependencies(CheckRows(g, batchSize, "zeros of the state")))
        {
            state = state.Map(part => g.Identity(part, "checked_cell_state"));
        }

        GraphTensor alignments = RnnNodes.Zeros(g, batchSize, _attention.Memory.Places, dtype);
        GraphTensor time = g.Zeros(Shape.Scalar, DType.Int32);
        GraphTensor attended = RnnNodes.Zeros(g, batchSize, AttentionSize, dtype);
        GraphTensor again = RnnNodes.Zeros(g, batchSize, _attention.Memory.Places, dtype);
        TensorTree history = _options.KeepsAlignments ? g.TensorArray(dtype, 0, dynamicSize: true, elementShape: alignments.Shape) : [];
        return [state, attended, time, alignments, history, again];
    }

    /// <inheritdoc/>
    public override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(state);
        if (!_options.HasScope)
        {
            return Step(g, input, state);
        }

        _outer ??= g.CurrentVariableScope;
        using VariableScope? outer = _outer.Name.Length > 0 ? g.VariableScope(_outer) : null;
        _scope ??= RnnNodes.OpenOnce(g, string.IsNullOrEmpty(_options.Name) ? "attention_wrapper" : _options.Name);
        using VariableScope variables = g.VariableScope(_scope);
        using GraphScope names = g.Inside(_scope);
        return Step(g, input, state);
    }

    private (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        (GraphTensor output, TensorTree next) = Cell.Call(g, g.Concat([input, state[1]], -1), state[0]);
        GraphOperation check = CheckRows(g, RnnNodes.BatchSize(g, output, 0), "query");
        using (g.ControlDependencies(check))
        {
            output = g.Identity(output, "checked_cell_output");
        }

        GraphTensor alignments = _attention.Align(g, output);
        GraphTensor seen = g.Seq2Seq.Context(alignments, _attention.Values);
        seen = _layer?.Call(g, g.Concat([output, seen], 1)) ?? seen;
        TensorTree history = _options.KeepsAlignments ? state[4].Array.Write(state[2].Tensor, alignments) : state[4];
        using (GraphScope scope = g.NameScope("concat"))
        {
            g.Constant(Tensor.Scalar(1), "concat_dim");
            seen = g.Identity(seen, "concat");
        }

        GraphTensor time = state[2].Tensor + 1;
        return (_options.OutputsAttention ? seen : output, [next, seen, time, alignments, history, alignments]);
    }

    private GraphOperation CheckRows(GraphBuilder g, Operand rows, string what)
    {
        Operand wanted = _attention.Memory.Rows;
        if (rows.Number is not { } known || wanted.Number is not { } there)
        {
            string message = $"The memory of the attention and the {what} must have as many rows:";
            return g.AssertEqual(rows.ToTensor(g, DType.Int32, "x"), wanted.ToTensor(g, DType.Int32, "y"), message);
        }

        if (known != there)
        {
            throw new GraphException(StatusCode.InvalidArgument, $"The memory of the attention has {there} rows, the {what} {known}.", _attention.Values.Operation.Name);
        }

        using GraphScope scope = g.NameScope("assert_equal");
        return g.NoOp();
    }
}
