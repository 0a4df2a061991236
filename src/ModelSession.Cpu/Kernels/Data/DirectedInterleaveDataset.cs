using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Elements of several datasets in the order that another dataset says by their numbers.</summary>
internal sealed class DirectedInterleaveDataset : Dataset
{
    private readonly Dataset _selector;
    private readonly Dataset[] _inputs;
    private readonly bool _stopsOnEmpty;

    public DirectedInterleaveDataset(Dataset selector, Dataset[] inputs, bool stopsOnEmpty)
        : base(inputs[0].Types, [.. Enumerable.Range(0, inputs[0].Shapes.Count).Select(i => Common(inputs, i))])
    {
        (_selector, _inputs, _stopsOnEmpty) = (selector, inputs, stopsOnEmpty);
        if (selector.Types is not [DType.Int64] || !selector.Shapes[0].IsCompatibleWith(Shape.Scalar))
        {
            throw Failure.Invalid("The selector input must be a dataset of scalar int64 elements.");
        }

        if (inputs.Any(input => !input.Types.SequenceEqual(Types)))
        {
            throw Failure.Invalid("All inputs must have the same output_dtypes.");
        }
    }

    protected override DatasetIterator Begin(Iteration iteration) =>
        new Iterator(
            _selector.Open(iteration),
            [.. _inputs.Select((input, i) => input.Open(iteration.Branch(this, i, _inputs.Length)))],
            _stopsOnEmpty);

    private static Shape Common(Dataset[] inputs, int component) =>
        inputs.Select(input => input.Shapes[component]).Aggregate((a, b) => a.Equals(b) ? a : Shape.Unknown);

    private sealed class Iterator(DatasetIterator selector, DatasetIterator?[] inputs, bool stopsOnEmpty) : DatasetIterator
    {
        private bool _ended;

        protected override Tensor[]? Produce(KernelContext context)
        {
            while (!_ended && selector.Next(context) is [var choice])
            {
                long chosen = choice.Span<long>()[0];
                if (chosen < 0 || chosen >= inputs.Length)
                {
                    throw Failure.Invalid($"Selector index out of range: {chosen} >= {inputs.Length}");
                }

                if (inputs[chosen] is not { } input)
                {
                    continue;
                }

                if (input.Next(context) is { } element)
                {
                    return element;
                }

                inputs[chosen] = null;
                _ended = stopsOnEmpty || System.Array.TrueForAll(inputs, other => other is null);
            }

            _ended = true;
            return null;
        }
    }
}
