using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>One dataset, then another.</summary>
internal sealed class ConcatenateDataset(Dataset first, Dataset second) : Dataset(first.Types, [.. first.Shapes.Zip(second.Shapes, Common)])
{
    public override long Cardinality => (first.Cardinality, second.Cardinality) switch
    {
        (Infinite, _) or (_, Infinite) => Infinite,
        (Unknown, _) or (_, Unknown) => Unknown,
        (long a, long b) => (long)Int128.Min((Int128)a + b, long.MaxValue),
    };

    /// <summary>A dataset after another.</summary>
    /// <exception cref="EngineException">Their elements are of different types.</exception>
    public static ConcatenateDataset Of(Dataset first, Dataset second) => first.Types.SequenceEqual(second.Types)
        ? new ConcatenateDataset(first, second)
        : throw Failure.Invalid(
            $"input dataset and dataset to concatenate have different output_types {Names(first)} and {Names(second)}");

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(first.Open(iteration.Branch(this, 0, 2)), second, iteration.Branch(this, 1, 2));

    private static string Names(Dataset dataset) => $"[{string.Join(", ", dataset.Types.Select(type => type.Name()))}]";

    private static Shape Common(Shape a, Shape b) => a.HasRank && a.Rank == b.Rank
        ? new Shape([.. a.Zip(b, (x, y) => x == y ? x : Shape.UnknownDimension)])
        : Shape.Unknown;

    private sealed class Iterator(DatasetIterator input, Dataset second, Iteration iteration) : DatasetIterator
    {
        private DatasetIterator _input = input;
        private bool _isSecond;

        protected override Tensor[]? Produce(KernelContext context)
        {
            Tensor[]? element = _input.Next(context);
            if (element is null && !_isSecond)
            {
                _isSecond = true;
                _input = second.Open(iteration);
                element = _input.Next(context);
            }

            return element;
        }
    }
}
