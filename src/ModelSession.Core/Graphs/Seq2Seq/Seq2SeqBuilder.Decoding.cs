using ModelSessions.Graphs.Flow;

namespace ModelSessions;

/// <summary>How a decoder is built; in PowerShell a table.</summary>
public sealed record DecodeOptions
{
    /// <summary>Applied to the cell's output; nothing if null.</summary>
    public DenseLayer? OutputLayer { get; init; }

    /// <summary>No more steps than that; until all sequences have ended if null.</summary>
    public Operand? MaximumIterations { get; init; }

    /// <summary>Whether time is the first axis of the results, which saves transpositions.</summary>
    public bool TimeMajor { get; init; }

    /// <summary>Whether beyond a sequence's end its outputs are zero and its state stays.</summary>
    public bool ImputeFinished { get; init; }

    /// <summary>How many steps may run at once.</summary>
    public int ParallelIterations { get; init; } = 32;

    /// <summary>Whether what is kept for gradients may leave the device's memory.</summary>
    public bool SwapMemory { get; init; }

    /// <summary>The variable scope; <c>decoder</c> if null.</summary>
    public string? Scope { get; init; }
}

/// <summary>What a decoder gives.</summary>
/// <param name="Outputs">The outputs of all steps, logits [batch, time, symbols].</param>
/// <param name="Samples">The symbols of all steps, [batch, time].</param>
/// <param name="State">The last state.</param>
/// <param name="Lengths">The number of steps of each row.</param>
public sealed record DecoderOutputs(GraphTensor Outputs, GraphTensor Samples, TensorTree State, GraphTensor Lengths);

/// <content>Decoders.</content>
public sealed partial class Seq2SeqBuilder
{
    /// <summary>Gives a decoder's cell the right inputs: for training.</summary>
    /// <param name="inputs">[batch, time, size].</param>
    /// <param name="lengths">The number of steps of each row, int32.</param>
    /// <param name="timeMajor">Whether time is the first axis.</param>
    public TrainingHelper TrainingHelper(GraphTensor inputs, GraphTensor lengths, bool timeMajor = false)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(lengths);
        return new(_g, inputs, lengths, timeMajor);
    }

    /// <summary>Gives a decoder's cell what it said last: for prediction.</summary>
    /// <param name="embedding">The table in which symbols are looked up.</param>
    /// <param name="start">The first symbol of each row, int32.</param>
    /// <param name="end">The symbol that ends a sequence.</param>
    public GreedyEmbeddingHelper GreedyEmbeddingHelper(GraphVariable embedding, GraphTensor start, Operand end)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        return GreedyEmbeddingHelper(symbols => _g.EmbeddingLookup(embedding, symbols), start, end);
    }

    /// <inheritdoc cref="GreedyEmbeddingHelper(GraphVariable, GraphTensor, Operand)"/>
    /// <param name="embedding">Gives the inputs for symbols.</param>
    /// <param name="start">The first symbol of each row, int32.</param>
    /// <param name="end">The symbol that ends a sequence.</param>
    public GreedyEmbeddingHelper GreedyEmbeddingHelper(Func<GraphTensor, GraphTensor> embedding, GraphTensor start, Operand end)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(start);
        return new(_g, embedding, start, end);
    }

    /// <summary>Steps of a cell in a loop until all rows have ended: <c>dynamic_decode</c> of a <c>BasicDecoder</c>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="helper">Says what it takes, and when a row has ended.</param>
    /// <param name="initialState">The first state.</param>
    /// <param name="options">How; as TensorFlow does if null.</param>
    public DecoderOutputs DynamicDecode(RnnCell cell, DecoderHelper helper, TensorTree initialState, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(helper);
        ArgumentNullException.ThrowIfNull(initialState);
        options ??= new();
        using VariableScope scope = string.IsNullOrEmpty(options.Scope) ? _g.UniqueVariableScope("decoder") : _g.VariableScope(options.Scope);
        RnnNodes.ShareReads(_g, scope);
        return new Decoding(_g, cell, helper, options).Build(initialState);
    }

    private sealed class Decoding(GraphBuilder g, RnnCell cell, DecoderHelper helper, DecodeOptions options)
    {
        private GraphTensor[] _zeros = [];

        public DecoderOutputs Build(TensorTree initialState)
        {
            GraphTensor? maximum = options.MaximumIterations?.ToTensor(g, DType.Int32, "maximum_iterations");
            (GraphTensor finished, GraphTensor inputs) = helper.Initialize(g);
            DType dtype = initialState.Flatten()[0].DType;
            long size = options.OutputLayer?.Units ?? cell.OutputSize;
            _zeros = [RnnNodes.Zeros(g, helper.BatchSize, size, dtype), RnnNodes.Zeros(g, helper.BatchSize, null, DType.Int32)];
            finished = maximum is null ? finished : g.Add("LogicalOr", finished, maximum.LessEqual(0));
            GraphTensor lengths = LengthsOf(finished), time = g.Constant(Tensor.Scalar(0));
            GraphTensorArray outputs = g.TensorArray(dtype, 0, dynamicSize: true, elementShape: options.OutputLayer is null ? null : [-1, size]);
            GraphTensorArray samples = g.TensorArray(DType.Int32, 0, dynamicSize: true);
            LoopOptions loop = new() { ParallelIterations = options.ParallelIterations, SwapMemory = options.SwapMemory, MaximumIterations = maximum is null ? default(Operand?) : maximum };
            TensorTree left = LoopBuilder.Build(
                g,
                variables => g.Add("LogicalNot", g.ReduceAll(variables[4].Tensor)),
                Step,
                () => [time, [outputs, samples], initialState, inputs, finished, lengths],
                loop);
            GraphTensor all = left[1][0].Array.Stack(), symbols = left[1][1].Array.Stack();
            return options.TimeMajor
                ? new(all, symbols, left[2], left[5])
                : new(RnnNodes.SwapFirst(g, all), RnnNodes.SwapFirst(g, symbols), left[2], left[5]);
        }

        private TensorTree Step(TensorTree variables)
        {
            GraphTensor time = variables[0], finished = variables[4], lengths = variables[5];
            GraphTensor output, samples, ended, next;
            TensorTree state;
            using (g.NameScope("BasicDecoderStep"))
            {
                (output, state) = cell.Call(g, variables[3], variables[2]);
                output = options.OutputLayer?.Call(g, output) ?? output;
                samples = helper.Sample(g, output);
                (ended, next) = helper.Next(g, time, samples);
            }

            ended = g.Add("LogicalOr", ended, finished);
            GraphTensor goesOn = g.Add("LogicalNot", finished);
            GraphTensor now = g.Fill(g.ShapeOf(lengths), time + 1);
            lengths = g.Add("Select", goesOn, now, lengths);
            if (options.ImputeFinished)
            {
                (output, samples) = (g.Add("Select", finished, _zeros[0], output), g.Add("Select", finished, _zeros[1], samples));
                GraphTensor[] before = [.. variables[2].Flatten()], after = [.. state.Flatten()];
                state = state.Pack([.. before.Zip(after, (old, fresh) => Kept(finished, old, fresh))]);
            }

            GraphTensorArray outputs = variables[1][0].Array.Write(time, output), symbols = variables[1][1].Array.Write(time, samples);
            return [time + 1, [outputs, symbols], state, next, ended, lengths];
        }

        private GraphTensor Kept(GraphTensor finished, GraphTensor old, GraphTensor fresh)
        {
            fresh.MergeShape(old.Shape);
            return fresh.Shape.Rank == 0 ? fresh : g.Add("Select", finished, old, fresh);
        }

        private GraphTensor LengthsOf(GraphTensor finished)
        {
            using GraphScope scope = g.NameScope("zeros_like");
            GraphTensor shape = g.ShapeOf(finished);
            return g.Add("Fill", scope.Name, null, shape, g.Constant(0, DType.Int32));
        }
    }
}
