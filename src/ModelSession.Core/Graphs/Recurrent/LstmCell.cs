namespace ModelSessions;

/// <summary>What may be said of an <see cref="LstmCell"/>; in PowerShell a table.</summary>
public sealed record LstmOptions
{
    /// <summary>Whether gates see the memory: diagonal connections <c>w_f_diag</c>, <c>w_i_diag</c>, <c>w_o_diag</c>.</summary>
    public bool UsePeepholes { get; init; }

    /// <summary>The memory is cut off at this size; not at all if null.</summary>
    public double? CellClip { get; init; }

    /// <summary>The size of the output, projected from the units; no projection if null.</summary>
    public long? Projection { get; init; }

    /// <summary>The projected output is cut off at this size; not at all if null.</summary>
    public double? ProjectionClip { get; init; }

    /// <summary>Added to the forget gate.</summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>The first values of the weights; the variable scope's if null.</summary>
    public Initializer? Initializer { get; init; }

    /// <summary><c>tanh</c> if null.</summary>
    public LayerActivation? Activation { get; init; }

    /// <summary>The scope of its variables; <c>lstm_cell</c> if null.</summary>
    public string? Name { get; init; }
}

/// <summary>A cell with long short-term memory, with peepholes, clipping and projection on request; its state has two parts, c and h.</summary>
/// <param name="units">The size of the memory.</param>
/// <param name="options">How; plain if null.</param>
public sealed class LstmCell(long units, LstmOptions? options = null) : LayerRnnCell("lstm_cell", options?.Name)
{
    private readonly LstmOptions _options = options ?? new();
    private readonly LayerActivation _activation = options?.Activation ?? new("tanh");
    private GraphVariable _kernel = null!, _bias = null!;
    private GraphVariable? _forgetDiagonal, _inputDiagonal, _outputDiagonal, _projection;

    /// <inheritdoc/>
    public override RnnSize StateSize => RnnSize.Of(units, OutputSize);

    /// <inheritdoc/>
    public override long OutputSize => _options.Projection ?? units;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "LSTMCellZeroState";

    /// <inheritdoc/>
    internal override IEnumerable<bool> DroppedState => [false, true];

    private protected override void Build(GraphBuilder g, long inputSize, DType dtype)
    {
        _kernel = g.GetVariable("kernel", [inputSize + OutputSize, 4 * units], _options.Initializer, dtype);
        _bias = g.GetVariable("bias", [4 * units], Initializers.Zeros, dtype);
        if (_options.UsePeepholes)
        {
            _forgetDiagonal = g.GetVariable("w_f_diag", [units], _options.Initializer, dtype);
            _inputDiagonal = g.GetVariable("w_i_diag", [units], _options.Initializer, dtype);
            _outputDiagonal = g.GetVariable("w_o_diag", [units], _options.Initializer, dtype);
        }

        if (_options.Projection is { } size)
        {
            _projection = g.GetVariable("projection/kernel", [units, size], _options.Initializer, dtype);
        }
    }

    private protected override (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        GraphTensor before = state[0], h = state[1];
        GraphTensor sums = g.BiasAdd(g.MatMul(g.Concat([input, h], 1), _kernel), _bias);
        IReadOnlyList<GraphTensor> gates = g.AddOperation("Split", "split", new() { ["num_split"] = 4 }, 1, sums).Outputs;
        GraphTensor kept = g.Sigmoid(Peep(g, gates[2] + _options.ForgetBias, _forgetDiagonal, before)) * before;
        GraphTensor opened = g.Sigmoid(Peep(g, gates[0], _inputDiagonal, before));
        GraphTensor c = Clip(g, kept + (opened * _activation.Apply(gates[1])), _options.CellClip);
        GraphTensor shown = g.Sigmoid(Peep(g, gates[3], _outputDiagonal, c));
        GraphTensor output = shown * _activation.Apply(c);
        if (_projection is not null)
        {
            output = Clip(g, g.MatMul(output, _projection), _options.ProjectionClip);
        }

        return (output, [c, output]);
    }

    private static GraphTensor Peep(GraphBuilder g, GraphTensor gate, GraphVariable? diagonal, GraphTensor memory) =>
        diagonal is null ? gate : gate + g.Times(diagonal, memory);

    private static GraphTensor Clip(GraphBuilder g, GraphTensor value, double? limit) =>
        limit is { } size ? g.ClipByValue(value, -size, size) : value;
}
