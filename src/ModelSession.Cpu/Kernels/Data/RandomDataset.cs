using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Random words without end.</summary>
internal sealed class RandomDataset(SeedSource seeds, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    public override long Cardinality => Infinite;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(seeds.Open(this, iteration).Next());

    private sealed class Iterator(WordStream words) : DatasetIterator
    {
        protected override Tensor[] Produce(KernelContext context) => [Tensor.Scalar((long)words.Next())];
    }
}
