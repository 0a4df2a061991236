using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Elements that are there: one for <c>TensorDataset</c>, those of a window, those of a list.</summary>
internal sealed class TensorDataset(IReadOnlyList<Tensor[]> elements, IReadOnlyList<DType> types, IReadOnlyList<Shape> shapes) : Dataset(types, shapes)
{
    public override long Cardinality => elements.Count;

    /// <summary>A dataset of one element.</summary>
    public static TensorDataset Single(Tensor[] element) =>
        new([element], [.. element.Select(component => component.DType)], [.. element.Select(component => component.Shape)]);

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(elements);

    private sealed class Iterator(IReadOnlyList<Tensor[]> elements) : DatasetIterator
    {
        private int _next;

        protected override Tensor[]? Produce(KernelContext context) => _next < elements.Count ? elements[_next++] : null;
    }
}
