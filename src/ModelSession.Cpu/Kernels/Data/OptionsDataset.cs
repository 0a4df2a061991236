namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>A dataset with options, which say how TensorFlow is to run it, not what comes out.</summary>
internal sealed class OptionsDataset(Dataset input, byte[] options) : Dataset(input.Types, input.Shapes)
{
    public override long Cardinality => input.Cardinality;

    // Messages that are appended to each other are merged: the later one counts.
    public override byte[] Options => [.. input.Options, .. options];

    protected override DatasetIterator Begin(Iteration iteration) => input.Open(iteration);
}
