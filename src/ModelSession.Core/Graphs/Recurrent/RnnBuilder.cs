using ModelSessions.Graphs.Flow;

namespace ModelSessions;

/// <summary>Recurrent networks over cells, node for node as <c>tf.nn.static_rnn</c> and <c>tf.nn.dynamic_rnn</c> build them.</summary>
public sealed partial class RnnBuilder
{
    private readonly GraphBuilder _g;

    internal RnnBuilder(GraphBuilder builder) => _g = builder;

    /// <summary>A network over a sequence whose length is known when the graph is built, one copy of the cell for each step.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The input of each step, rows of a batch.</param>
    /// <param name="initialState">The first state; zeros if null.</param>
    /// <param name="sequenceLength">The number of steps of each row, a vector: beyond it outputs are zero and the state stays; all if null.</param>
    /// <param name="dtype">The type of the state of zeros; that of the inputs if null.</param>
    /// <param name="scope">The variable scope; <c>rnn</c> if null.</param>
    /// <returns>The output of each step, and the last state.</returns>
    public RnnOutputs StaticRnn(
        RnnCell cell, GraphTensor[] inputs, TensorTree? initialState = null, GraphTensor? sequenceLength = null, DType? dtype = null, string? scope = null) =>
        StaticRnn(cell, inputs, initialState, sequenceLength, dtype, scope, null);

    /// <summary>Two networks over a sequence whose length is known when the graph is built, one over the reversed sequence:
    /// <c>tf.nn.static_bidirectional_rnn</c>.</summary>
    /// <param name="forward">The cell of the first.</param>
    /// <param name="backward">The cell of the second.</param>
    /// <param name="inputs">The input of each step, rows of a batch.</param>
    /// <param name="forwardState">The first state of the first; zeros if null.</param>
    /// <param name="backwardState">The first state of the second; zeros if null.</param>
    /// <param name="sequenceLength">The number of steps of each row; all if null.</param>
    /// <param name="dtype">The type of states of zeros; that of the inputs if null.</param>
    /// <param name="scope">The variable scope; <c>bidirectional_rnn</c> if null.</param>
    /// <returns>The outputs of each step, both in one row, and the last states of both.</returns>
    public (IReadOnlyList<GraphTensor> Outputs, TensorTree Forward, TensorTree Backward) StaticBidirectionalRnn(
        RnnCell forward,
        RnnCell backward,
        GraphTensor[] inputs,
        TensorTree? forwardState = null,
        TensorTree? backwardState = null,
        GraphTensor? sequenceLength = null,
        DType? dtype = null,
        string? scope = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        RnnOutputs first, second;
        using (_g.VariableScope(Named(scope, "bidirectional_rnn")))
        {
            using (VariableScope opened = _g.VariableScope("fw"))
            {
                first = StaticRnn(forward, inputs, forwardState, sequenceLength, dtype, null, opened);
            }

            using (VariableScope opened = _g.VariableScope("bw"))
            {
                second = StaticRnn(backward, Reverse(inputs, sequenceLength), backwardState, sequenceLength, dtype, null, opened);
            }
        }

        GraphTensor[] back = Reverse([.. second.Outputs], sequenceLength);
        return ([.. first.Outputs.Zip(back, (one, other) => _g.Concat([one, other], 1))], first.State, second.State);
    }

    private RnnOutputs StaticRnn(
        RnnCell cell, GraphTensor[] inputs, TensorTree? initialState, GraphTensor? sequenceLength, DType? dtype, string? scope, VariableScope? opened)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Length == 0)
        {
            throw new ArgumentException("A sequence needs at least one step.", nameof(inputs));
        }

        using VariableScope variables = opened is null ? _g.VariableScope(Named(scope, "rnn")) : _g.VariableScope(opened);
        RnnNodes.ShareReads(_g, variables);
        Operand batchSize = RnnNodes.BatchSize(_g, inputs[0], 0);
        DType type = dtype ?? inputs[0].DType;
        TensorTree state = initialState ?? cell.ZeroState(_g, batchSize, type);
        CopyThrough? copy = null;
        if (sequenceLength is not null)
        {
            GraphTensor zeros = _g.Zeros(RnnNodes.Concat(_g, batchSize, cell.OutputSize), type);
            _g.Constant(Scalars.CreateVector([cell.OutputSize], DType.Int32));
            zeros.MergeShape([inputs[0].Shape[0], cell.OutputSize]);
            GraphTensor lengths = _g.Cast(sequenceLength, DType.Int32);
            copy = new CopyThrough(_g, lengths, zeros, _g.ReduceMin(lengths), _g.ReduceMax(lengths));
        }

        List<GraphTensor> outputs = [];
        for (int time = 0; time < inputs.Length; time++)
        {
            if (time > 0)
            {
                variables.ReuseVariables();
            }

            GraphTensor input = inputs[time];
            TensorTree before = state;
            (GraphTensor output, state) = copy?.Step(time, before, () => cell.Call(_g, input, before)) ?? cell.Call(_g, input, before);
            outputs.Add(output);
        }

        return new RnnOutputs([.. outputs], state);
    }

    /// <summary>A network over sequences of any length, in a loop.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">[batch, time, …], or [time, batch, …] if <see cref="DynamicRnnOptions.TimeMajor"/>.</param>
    /// <param name="sequenceLength">The number of steps of each row, a vector: beyond it outputs are zero and the state stays; all if null.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    /// <returns>The outputs, in the order of the inputs, and the last state.</returns>
    public DynamicRnnOutputs DynamicRnn(RnnCell cell, GraphTensor inputs, GraphTensor? sequenceLength = null, DynamicRnnOptions? options = null) =>
        DynamicRnn(cell, inputs, sequenceLength, options ?? new DynamicRnnOptions(), null);

    /// <summary>Two networks, one over the sequences as they are, one over the reversed ones.</summary>
    /// <param name="forward">The cell of the first.</param>
    /// <param name="backward">The cell of the second.</param>
    /// <param name="inputs">[batch, time, …], or [time, batch, …] if <see cref="DynamicRnnOptions.TimeMajor"/>.</param>
    /// <param name="sequenceLength">The number of steps of each row; all if null.</param>
    /// <param name="options">How; initial states are zeros.</param>
    /// <returns>The outputs and the last states of both; the second's outputs are in the order of the inputs.</returns>
    public (DynamicRnnOutputs Forward, DynamicRnnOutputs Backward) BidirectionalDynamicRnn(
        RnnCell forward, RnnCell backward, GraphTensor inputs, GraphTensor? sequenceLength = null, DynamicRnnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new DynamicRnnOptions();
        int timeAxis = options.TimeMajor ? 0 : 1;
        DynamicRnnOutputs first, second;
        using (_g.VariableScope(Named(options.Scope, "bidirectional_rnn")))
        {
            using (VariableScope scope = _g.VariableScope("fw"))
            {
                first = DynamicRnn(forward, inputs, sequenceLength, options, scope);
            }

            using (VariableScope scope = _g.VariableScope("bw"))
            {
                GraphTensor reversed = Reverse(inputs, sequenceLength, timeAxis);
                second = DynamicRnn(backward, reversed, sequenceLength, options, scope);
            }
        }

        return (first, second with { Outputs = Reverse(second.Outputs, sequenceLength, timeAxis) });
    }

    private DynamicRnnOutputs DynamicRnn(RnnCell cell, GraphTensor inputs, GraphTensor? sequenceLength, DynamicRnnOptions options, VariableScope? opened)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(inputs);
        using VariableScope variables = opened is null ? _g.VariableScope(Named(options.Scope, "rnn")) : _g.VariableScope(opened);
        RnnNodes.ShareReads(_g, variables);
        GraphTensor steps = options.TimeMajor ? inputs : RnnNodes.SwapFirst(_g, inputs);
        if (steps.Shape.Rank < 3 || steps.Shape.Skip(2).Any(size => size < 0))
        {
            throw new GraphException(
                StatusCode.InvalidArgument, $"A recurrent network takes [batch, time, features] with the number of features known; '{inputs.Name}' is {inputs.Shape}.", inputs.Operation.Name);
        }

        GraphTensor? lengths = null;
        if (sequenceLength is not null)
        {
            lengths = _g.Identity(_g.Cast(sequenceLength, DType.Int32), "sequence_length");
        }

        Operand batchSize = RnnNodes.BatchSize(_g, steps, 1);
        DType type = options.DType ?? inputs.DType;
        TensorTree state = options.InitialState ?? cell.ZeroState(_g, batchSize, type);
        if (lengths is not null)
        {
            lengths = CheckLengths(lengths, batchSize);
        }

        (GraphTensor outputs, TensorTree last) = Loop(cell, steps, state, lengths, type, options);
        return new DynamicRnnOutputs(options.TimeMajor ? outputs : RnnNodes.SwapFirst(_g, outputs), last);
    }

    private GraphTensor Reverse(GraphTensor value, GraphTensor? lengths, int timeAxis) => lengths is null
        ? _g.Add("ReverseV2", null, null, value, (long[])[timeAxis])
        : _g.Add("ReverseSequence", null, new() { ["seq_dim"] = timeAxis, ["batch_dim"] = 1 - timeAxis }, value, lengths);

    // The steps of each row backwards, up to its end.
    private GraphTensor[] Reverse(GraphTensor[] steps, GraphTensor? lengths)
    {
        if (lengths is null)
        {
            return [.. Enumerable.Reverse(steps)];
        }

        NodeAttributes axes = new() { ["seq_dim"] = 0, ["batch_dim"] = 1 };
        GraphTensor[] reversed = _g.Unstack(_g.Add("ReverseSequence", null, axes, _g.Stack([.. steps.Select(step => (Operand)step)]), lengths));
        Array.ForEach(reversed, step => step.MergeShape(steps[0].Shape));
        return reversed;
    }

    private GraphTensor CheckLengths(GraphTensor lengths, Operand batchSize)
    {
        GraphTensor shape = _g.ShapeOf(lengths);
        GraphTensor wanted = batchSize.Number is { } known
            ? _g.Constant(Scalars.CreateVector([known], DType.Int32), "stack")
            : _g.Stack([batchSize]);
        GraphTensor same = _g.Add("All", _g.Equal(shape, wanted), _g.Constant(Scalars.CreateVector([0], DType.Int32)));
        GraphOperation check;
        using (_g.NameScope("Assert"))
        {
            Tensor[] texts = [Tensor.FromStrings([$"Expected shape for Tensor {lengths.Name} is "], Shape.Scalar), Tensor.FromStrings([" but saw shape: "], Shape.Scalar)];
            Array.ForEach(texts, text => _g.Constant(text));
            check = _g.AddOperation("Assert", null, new() { ["T"] = new[] { DType.String, DType.Int32, DType.String, DType.Int32 } }, same, texts[0], wanted, texts[1], shape);
        }

        using GraphScope after = _g.ControlDependencies(check);
        return _g.Identity(lengths, "CheckSeqLen");
    }

    private (GraphTensor Outputs, TensorTree State) Loop(
        RnnCell cell, GraphTensor steps, TensorTree state, GraphTensor? lengths, DType dtype, DynamicRnnOptions options)
    {
        GraphTensor count = _g.Element(_g.ShapeOf(steps), 0);
        Operand batchSize = RnnNodes.BatchSize(_g, steps, 1);
        GraphTensor zeros = _g.Zeros(RnnNodes.Concat(_g, batchSize, cell.OutputSize), dtype);
        CopyThrough? copy = lengths is null ? null : new CopyThrough(_g, lengths, zeros, _g.ReduceMin(lengths), _g.ReduceMax(lengths));
        GraphTensor time = _g.Constant(Tensor.Scalar(0), "time");
        string arrays = _g.UniqueName("dynamic_rnn");
        GraphTensorArray outputs = _g.TensorArray(dtype, count, elementShape: [steps.Shape[1], cell.OutputSize], arrayName: arrays + "/output_0");
        Shape element = new([.. steps.Shape.Skip(1)]);
        GraphTensorArray inputs = _g.TensorArray(steps.DType, count, elementShape: element, arrayName: arrays + "/input_0");
        inputs = inputs.Unstack(steps);
        GraphTensor bound = _g.Minimum(count, _g.Maximum(1, copy?.Longest ?? count));
        LoopOptions loop = new() { ParallelIterations = options.ParallelIterations, SwapMemory = options.SwapMemory, MaximumIterations = count };
        TensorTree left = LoopBuilder.Build(
            _g,
            tree => tree[0].Tensor.Less(bound),
            tree =>
            {
                GraphTensor now = tree[0];
                GraphTensor input = inputs.Read(now);
                input.MergeShape(element);
                (GraphTensor output, TensorTree next) = copy?.Always(now, tree[2], () => cell.Call(_g, input, tree[2])) ?? cell.Call(_g, input, tree[2]);
                GraphTensorArray written = tree[1].Array.Write(now, output);
                return [now + 1, written, next];
            },
            () => [time, outputs, state],
            loop);
        GraphTensor stacked = left[1].Array.Stack();
        Sizes(steps.Shape, cell.OutputSize);
        stacked.MergeShape([steps.Shape[0], steps.Shape[1], cell.OutputSize]);
        return (stacked, left[2]);
    }

    // Python's way to the static shape leaves constants.
    private void Sizes(Shape steps, long outputSize)
    {
        if (steps[0] >= 0 && steps[1] >= 0)
        {
            _g.Constant(Scalars.CreateVector([steps[0], steps[1]], DType.Int32));
        }

        _g.Constant(Scalars.CreateVector([outputSize], DType.Int32));
    }

    private static string Named(string? scope, string otherwise) => string.IsNullOrEmpty(scope) ? otherwise : scope;
}

/// <summary>What a network over a list of steps gives.</summary>
/// <param name="Outputs">The output of each step.</param>
/// <param name="State">The last state.</param>
public sealed record RnnOutputs(IReadOnlyList<GraphTensor> Outputs, TensorTree State);

/// <summary>What a network over sequences gives.</summary>
/// <param name="Outputs">All outputs, in the order of the inputs' axes.</param>
/// <param name="State">The last state.</param>
public sealed record DynamicRnnOutputs(GraphTensor Outputs, TensorTree State);

/// <summary>How a network over sequences is built; in PowerShell a table.</summary>
public sealed record DynamicRnnOptions
{
    /// <summary>The first state; zeros if null.</summary>
    public TensorTree? InitialState { get; init; }

    /// <summary>The type of states and outputs; that of the inputs if null.</summary>
    public DType? DType { get; init; }

    /// <summary>How many steps may run at once.</summary>
    public int ParallelIterations { get; init; } = 32;

    /// <summary>Whether what is kept for gradients may leave the device's memory.</summary>
    public bool SwapMemory { get; init; }

    /// <summary>Whether time is the first axis, which saves two transpositions.</summary>
    public bool TimeMajor { get; init; }

    /// <summary>The variable scope; <c>rnn</c> if null.</summary>
    public string? Scope { get; init; }
}
