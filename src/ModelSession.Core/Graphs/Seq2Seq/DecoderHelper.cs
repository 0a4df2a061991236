namespace ModelSessions;

/// <summary>Says what a decoder's cell takes in each step, and when a sequence ends. A class that derives from it has a way of its own.</summary>
public abstract class DecoderHelper
{
    /// <summary>The number of rows, an int32 scalar.</summary>
    public abstract GraphTensor BatchSize { get; }

    /// <summary>Which rows have ended before the first step, and the inputs of that.</summary>
    /// <param name="g">Adds to the graph.</param>
    public abstract (GraphTensor Finished, GraphTensor Inputs) Initialize(GraphBuilder g);

    /// <summary>The symbols that the outputs of a step stand for, int32.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="outputs">Logits [batch, symbols].</param>
    public abstract GraphTensor Sample(GraphBuilder g, GraphTensor outputs);

    /// <summary>Which rows end with a step, and the inputs of the next one.</summary>
    /// <param name="g">Adds to the graph.</param>
    /// <param name="time">The step's number.</param>
    /// <param name="samples">The step's symbols.</param>
    public abstract (GraphTensor Finished, GraphTensor Inputs) Next(GraphBuilder g, GraphTensor time, GraphTensor samples);
}

/// <summary>Gives the cell the right inputs, whatever it said before (<c>TrainingHelper</c>).</summary>
public sealed class TrainingHelper : DecoderHelper
{
    private readonly GraphTensorArray _inputs;
    private readonly GraphTensor _lengths, _zeros;

    internal TrainingHelper(GraphBuilder g, GraphTensor inputs, GraphTensor lengths, bool timeMajor)
    {
        using GraphScope scope = g.NameScope("TrainingHelper");
        GraphTensor steps = timeMajor ? inputs : RnnNodes.SwapFirst(g, inputs);
        _inputs = g.TensorArray(steps.DType, g.Element(g.ShapeOf(steps), 0), elementShape: new Shape([.. steps.Shape.Skip(1)])).Unstack(steps);
        _lengths = lengths;
        _zeros = g.ZerosLike(First(g, steps));
        BatchSize = g.SizeOf(lengths);
    }

    /// <inheritdoc/>
    public override GraphTensor BatchSize { get; }

    /// <inheritdoc/>
    public override (GraphTensor Finished, GraphTensor Inputs) Initialize(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope("TrainingHelperInitialize");
        GraphTensor finished = g.Equal(0, _lengths);
        return (finished, Read(g, finished, 0));
    }

    /// <inheritdoc/>
    public override GraphTensor Sample(GraphBuilder g, GraphTensor outputs)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope("TrainingHelperSample");
        return g.Cast(g.ArgMax(outputs, -1), DType.Int32);
    }

    /// <inheritdoc/>
    public override (GraphTensor Finished, GraphTensor Inputs) Next(GraphBuilder g, GraphTensor time, GraphTensor samples)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(time);
        using GraphScope scope = g.NameScope("TrainingHelperNextInputs");
        GraphTensor next = time + 1;
        GraphTensor finished = next.GreaterEqual(_lengths);
        return (finished, Read(g, finished, next));
    }

    private GraphTensor Read(GraphBuilder g, GraphTensor finished, Operand step) => g.Cond(g.ReduceAll(finished), () => _zeros, () => _inputs.Read(step));

    // steps[0, :]
    private static GraphTensor First(GraphBuilder g, GraphTensor steps)
    {
        NodeAttributes masks = new() { ["begin_mask"] = 2, ["end_mask"] = 2, ["shrink_axis_mask"] = 1 };
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, 0), "stack"), end = g.Constant(Tensor.From(1, 0), "stack_1");
        return g.Add("StridedSlice", scope.Name, masks, steps, begin, end, g.Constant(Tensor.From(1, 1), "stack_2"));
    }
}

/// <summary>Gives the cell what it said last: the likeliest symbol, looked up in a table (<c>GreedyEmbeddingHelper</c>).</summary>
public sealed class GreedyEmbeddingHelper : DecoderHelper
{
    private readonly Func<GraphTensor, GraphTensor> _embedding;
    private readonly GraphTensor _end, _first;

    internal GreedyEmbeddingHelper(GraphBuilder g, Func<GraphTensor, GraphTensor> embedding, GraphTensor start, Operand end)
    {
        _embedding = embedding;
        _end = end.ToTensor(g, DType.Int32, "end_token");
        BatchSize = g.SizeOf(start);
        _first = embedding(start);
    }

    /// <inheritdoc/>
    public override GraphTensor BatchSize { get; }

    /// <inheritdoc/>
    public override (GraphTensor Finished, GraphTensor Inputs) Initialize(GraphBuilder g)
    {
        ArgumentNullException.ThrowIfNull(g);
        return (g.Tile(Tensor.From<bool>([false]), (Operand[])[BatchSize]), _first);
    }

    /// <inheritdoc/>
    public override GraphTensor Sample(GraphBuilder g, GraphTensor outputs)
    {
        ArgumentNullException.ThrowIfNull(g);
        return g.ArgMax(outputs, -1, DType.Int32);
    }

    /// <inheritdoc/>
    public override (GraphTensor Finished, GraphTensor Inputs) Next(GraphBuilder g, GraphTensor time, GraphTensor samples)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(samples);
        GraphTensor finished = samples.Equal(_end);
        return (finished, g.Cond(g.ReduceAll(finished), () => _first, () => _embedding(samples)));
    }
}
