using System.Security.Cryptography;
using System.Text;

namespace ModelSessions;

/// <summary>Cells one above the other: the output of each is the input of the next.</summary>
public sealed class MultiRnnCell : RnnCell
{
    private readonly RnnCell[] _cells;
    private VariableScope? _outer, _scope;

    /// <param name="cells">From the lowest on, each another object.</param>
    public MultiRnnCell(params RnnCell[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        _cells = cells.Length > 0 ? cells : throw new ArgumentException("There must be at least one cell.", nameof(cells));
    }

    /// <inheritdoc/>
    public override RnnSize StateSize => RnnSize.Of([.. _cells.Select(cell => cell.StateSize)]);

    /// <inheritdoc/>
    public override long OutputSize => _cells[^1].OutputSize;

    /// <inheritdoc/>
    protected override string ZeroStateScope => "MultiRNNCellZeroState";

    /// <inheritdoc/>
    internal override IEnumerable<bool> DroppedState => _cells.SelectMany(cell => cell.DroppedState);

    /// <inheritdoc/>
    public override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        ArgumentNullException.ThrowIfNull(g);
        ArgumentNullException.ThrowIfNull(state);
        _outer ??= g.CurrentVariableScope;
        using VariableScope? outer = _outer.Name.Length > 0 ? g.VariableScope(_outer) : null;
        _scope ??= RnnNodes.OpenOnce(g, "multi_rnn_cell");
        using GraphScope scope = g.Inside(_scope);
        GraphTensor current = input;
        List<TensorTree> states = [];
        for (int i = 0; i < _cells.Length; i++)
        {
            using VariableScope level = g.VariableScope($"cell_{i}");
            (current, TensorTree next) = _cells[i].Call(g, current, state[i]);
            states.Add(next);
        }

        return (current, TensorTree.Create([.. states]));
    }

    /// <inheritdoc/>
    public override TensorTree ZeroState(GraphBuilder g, Operand batchSize, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope(ZeroStateScope);
        return TensorTree.Create([.. _cells.Select(cell => cell.ZeroState(g, batchSize, dtype))]);
    }
}

/// <summary>A cell around another one, with the same state.</summary>
/// <param name="cell">The other one.</param>
public abstract class RnnCellWrapper(RnnCell cell) : RnnCell
{
    /// <inheritdoc/>
    public override RnnSize StateSize => Cell.StateSize;

    /// <inheritdoc/>
    public override long OutputSize => Cell.OutputSize;

    /// <summary>The cell inside.</summary>
    public RnnCell Cell { get; } = cell ?? throw new ArgumentNullException(nameof(cell));

    /// <inheritdoc/>
    protected override string ZeroStateScope => GetType().Name + "ZeroState";

    /// <inheritdoc/>
    internal override IEnumerable<bool> DroppedState => Cell.DroppedState;

    /// <inheritdoc/>
    public override TensorTree ZeroState(GraphBuilder g, Operand batchSize, DType dtype = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(g);
        using GraphScope scope = g.NameScope(ZeroStateScope);
        return Cell.ZeroState(g, batchSize, dtype);
    }
}

/// <summary>A cell whose output has its input added.</summary>
/// <param name="cell">Its output must be as large as its input.</param>
public sealed class ResidualWrapper(RnnCell cell) : RnnCellWrapper(cell)
{
    /// <inheritdoc/>
    public override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        (GraphTensor output, TensorTree next) = Cell.Call(g, input, state);
        return (input + output, next);
    }
}

/// <summary>A cell with zeros put for some elements of its input, output or state, and the others made larger by as much.</summary>
/// <param name="cell">The cell.</param>
/// <param name="inputKeepProbability">Of the input; 1 if it is to stay as it is.</param>
/// <param name="outputKeepProbability">Of the output.</param>
/// <param name="stateKeepProbability">Of the next state; the memory c of a state (c, h) stays as it is.</param>
/// <param name="seed">The random numbers' own seed.</param>
/// <param name="isVariational">Whether the same elements are dropped in all steps of a run, and in all rows (<c>variational_recurrent</c>).</param>
public sealed class DropoutWrapper(
    RnnCell cell,
    Operand? inputKeepProbability = null,
    Operand? outputKeepProbability = null,
    Operand? stateKeepProbability = null,
    long? seed = null,
    bool isVariational = false)
    : RnnCellWrapper(cell)
{
    // Random numbers of a place, drawn once for all steps.
    private readonly Dictionary<string, GraphTensor> _noise = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        ArgumentNullException.ThrowIfNull(g);
        GraphTensor kept = Drop(g, input, inputKeepProbability, "input", 0);
        (GraphTensor output, TensorTree next) = Cell.Call(g, kept, state);
        if (stateKeepProbability is { } probability)
        {
            next = DropState(g, next, probability);
        }

        return (Drop(g, output, outputKeepProbability, "output", 0), next);
    }

    private TensorTree DropState(GraphBuilder g, TensorTree state, Operand probability)
    {
        GraphTensor[] parts = [.. state.Flatten()];
        return state.Pack([.. parts.Zip(DroppedState, (part, isDropped) => (part, isDropped))
            .Select((pair, i) => pair.isDropped ? Drop(g, pair.part, probability, "state", i) : pair.part)]);
    }

    private GraphTensor Drop(GraphBuilder g, GraphTensor value, Operand? probability, string salt, int index)
    {
        if (probability is not { } keep || keep.Real is 1)
        {
            return value;
        }

        if (isVariational)
        {
            GraphTensor kept = g.Floor(g.Plus(keep, Noise(g, value, salt, index)));
            return g.Divide(value, keep) * kept;
        }

        return g.DropoutByRate(value, keep.Real is { } known ? 1 - (double)(float)known : g.Minus(1.0, keep), SeedOf(salt, index));
    }

    private GraphTensor Noise(GraphBuilder g, GraphTensor value, string salt, int index)
    {
        string place = $"{salt}_{index}";
        if (_noise.TryGetValue(place, out GraphTensor? noise))
        {
            return noise;
        }

        // Outside of the loop that steps may be built in.
        using GraphScope outside = g.NoControlDependencies();
        using GraphScope top = g.NameScope(null);
        using GraphScope scope = g.NameScope("DropoutWrapperInit");
        return _noise[place] = g.RandomUniform((long[])[1, value.Shape[-1]], dtype: value.DType, seed: SeedOf(salt, index));
    }

    // Each place has a seed of its own, by TensorFlow's way.
    private long? SeedOf(string salt, int index)
    {
        if (seed is not { } own)
        {
            return null;
        }

        string text = $"{own}{salt}_{index}";
#pragma warning disable CA5351 // TensorFlow's seeds are made so; nothing is secret.
        byte[] hash = MD5.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5351
        return (hash[0] << 24 | hash[1] << 16 | hash[2] << 8 | hash[3]) & 0x7FFFFFFF;
    }
}

/// <summary>A cell that takes symbols: its inputs are looked up in a table (<c>EmbeddingWrapper</c>).</summary>
/// <param name="cell">Takes the rows of the table.</param>
/// <param name="classes">How many symbols there are.</param>
/// <param name="size">The size of a symbol's row.</param>
/// <param name="initializer">The first values of the table; the variable scope's if null, else evenly from −√3 to √3, whose variance is 1.</param>
public sealed class EmbeddingWrapper(RnnCell cell, long classes, long size, Initializer? initializer = null) : RnnCellWrapper(cell)
{
    private VariableScope? _scope;
    private GraphVariable? _table;

    /// <inheritdoc/>
    public override (GraphTensor Output, TensorTree State) Call(GraphBuilder g, GraphTensor input, TensorTree state)
    {
        ArgumentNullException.ThrowIfNull(g);
        _scope ??= RnnNodes.OpenOnce(g, "embedding_wrapper");
        using GraphScope scope = g.Inside(_scope);
        Initializer first = initializer ?? g.CurrentVariableScope.Initializer ?? Initializers.RandomUniform(-Math.Sqrt(3), Math.Sqrt(3));
        _table ??= g.GetVariable("embedding", [classes, size], first);
        return Cell.Call(g, g.EmbeddingLookup(_table, g.Reshape(input, (long[])[-1])), state);
    }
}
