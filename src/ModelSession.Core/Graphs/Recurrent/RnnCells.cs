namespace ModelSessions;

/// <summary>The simplest cell: <c>activation([x, h] · kernel + bias)</c>.</summary>
/// <param name="units">The size of state and output.</param>
/// <param name="activation"><c>tanh</c> if null.</param>
/// <param name="name">The scope of its variables; <c>basic_rnn_cell</c> if null.</param>
public sealed class BasicRnnCell(long units, LayerActivation? activation = null, string? name = null) : LayerRnnCell("basic_rnn_cell", name)
{
    private readonly LayerActivation _activation = activation ?? new("tanh");
    private GraphVariable _kernel = null!, _bias = null!;

    /// <inheritdoc/>
    public override RnnSize StateSize => units;

    /// <inheritdoc/>
    public override long OutputSize => units;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "BasicRNNCellZeroState";

    private protected override void Build(GraphBuilder g, long inputSize, DType dtype)
    {
        _kernel = g.GetVariable("kernel", [inputSize + units, units], dtype: dtype);
        _bias = g.GetVariable("bias", [units], Initializers.Zeros, dtype);
    }

    private protected override (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        GraphTensor sums = g.MatMul(g.Concat([input, state], 1), _kernel);
        GraphTensor output = _activation.Apply(g.BiasAdd(sums, _bias));
        return (output, output);
    }
}

/// <summary>A gated recurrent unit.</summary>
/// <param name="units">The size of state and output.</param>
/// <param name="activation"><c>tanh</c> if null.</param>
/// <param name="kernelInitializer">The first values of the weights; the variable scope's if null.</param>
/// <param name="biasInitializer">The first values of the biases; ones for the gates and zeros for the candidate if null.</param>
/// <param name="name">The scope of its variables; <c>gru_cell</c> if null.</param>
public sealed class GruCell(
    long units, LayerActivation? activation = null, Initializer? kernelInitializer = null, Initializer? biasInitializer = null, string? name = null)
    : LayerRnnCell("gru_cell", name)
{
    private readonly LayerActivation _activation = activation ?? new("tanh");
    private GraphVariable _gateKernel = null!, _gateBias = null!, _candidateKernel = null!, _candidateBias = null!;

    /// <inheritdoc/>
    public override RnnSize StateSize => units;

    /// <inheritdoc/>
    public override long OutputSize => units;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "GRUCellZeroState";

    private protected override void Build(GraphBuilder g, long inputSize, DType dtype)
    {
        _gateKernel = g.GetVariable("gates/kernel", [inputSize + units, 2 * units], kernelInitializer, dtype);
        _gateBias = g.GetVariable("gates/bias", [2 * units], biasInitializer ?? Initializers.Constant(1), dtype);
        _candidateKernel = g.GetVariable("candidate/kernel", [inputSize + units, units], kernelInitializer, dtype);
        _candidateBias = g.GetVariable("candidate/bias", [units], biasInitializer ?? Initializers.Zeros, dtype);
    }

    private protected override (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        GraphTensor h = state;
        GraphTensor gates = g.Sigmoid(g.BiasAdd(g.MatMul(g.Concat([input, h], 1), _gateKernel), _gateBias));
        IReadOnlyList<GraphTensor> parts = g.AddOperation("Split", "split", new() { ["num_split"] = 2 }, 1, gates).Outputs;
        GraphTensor kept = parts[0] * h;
        GraphTensor sums = g.BiasAdd(g.MatMul(g.Concat([input, kept], 1), _candidateKernel), _candidateBias);
        GraphTensor candidate = _activation.Apply(sums);
        GraphTensor old = parts[1] * h;
        GraphTensor next = old + ((1 - parts[1]) * candidate);
        return (next, next);
    }
}

/// <summary>A cell with long short-term memory; its state has two parts, c and h.</summary>
/// <param name="units">The size of the output and of each part of the state.</param>
/// <param name="forgetBias">Added to the forget gate.</param>
/// <param name="activation"><c>tanh</c> if null.</param>
/// <param name="name">The scope of its variables; <c>basic_lstm_cell</c> if null.</param>
public sealed class BasicLstmCell(long units, double forgetBias = 1, LayerActivation? activation = null, string? name = null)
    : LayerRnnCell("basic_lstm_cell", name)
{
    private readonly LayerActivation _activation = activation ?? new("tanh");
    private GraphVariable _kernel = null!, _bias = null!;

    /// <inheritdoc/>
    public override RnnSize StateSize => RnnSize.Of(units, units);

    /// <inheritdoc/>
    public override long OutputSize => units;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "BasicLSTMCellZeroState";

    /// <inheritdoc/>
    internal override IEnumerable<bool> DroppedState => [false, true];

    private protected override void Build(GraphBuilder g, long inputSize, DType dtype)
    {
        _kernel = g.GetVariable("kernel", [inputSize + units, 4 * units], dtype: dtype);
        _bias = g.GetVariable("bias", [4 * units], Initializers.Zeros, dtype);
    }

    private protected override (GraphTensor Output, TensorTree State) Step(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        GraphTensor c = state[0], h = state[1];
        GraphTensor axis = g.Constant(Tensor.Scalar(1));
        GraphTensor sums = g.BiasAdd(g.MatMul(g.Concat([input, h], 1), _kernel), _bias);
        IReadOnlyList<GraphTensor> gates = g.AddOperation("Split", "split", new() { ["num_split"] = 4 }, axis, sums).Outputs;
        GraphTensor forget = g.Plus(gates[2], g.Constant(forgetBias, sums.DType), "Add");
        GraphTensor kept = g.Times(c, g.Sigmoid(forget), "Mul");
        GraphTensor opened = g.Sigmoid(gates[0]);
        GraphTensor added = g.Times(opened, _activation.Apply(gates[1]), "Mul");
        GraphTensor nextC = g.Plus(kept, added, "Add");
        GraphTensor shown = _activation.Apply(nextC);
        GraphTensor nextH = g.Times(shown, g.Sigmoid(gates[3]), "Mul");
        return (nextH, [nextC, nextH]);
    }
}
