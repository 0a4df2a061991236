using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>The rows of tensors.</summary>
internal sealed class TensorSliceDataset : Dataset
{
    private readonly Tensor[] _components;

    public TensorSliceDataset(Tensor[] components)
        : base([.. components.Select(component => component.DType)], [.. components.Select(RowShape)])
    {
        _components = components;
        foreach (Tensor component in components)
        {
            if (component.Shape[0] != Cardinality)
            {
                throw Failure.Invalid($"All components must have the same size in the 0th dimension: {Cardinality} in the first, {component.Shape[0]} in a later one.");
            }
        }
    }

    public override long Cardinality => _components.Length == 0 ? 0 : _components[0].Shape[0];

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this);

    private static Shape RowShape(Tensor component) => component.Shape.Rank > 0
        ? new Shape(component.Shape.Dimensions[1..])
        : throw Failure.Invalid("All components must be at least 1-dimensional");

    private sealed class Iterator(TensorSliceDataset dataset) : DatasetIterator
    {
        private long _next;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (_next >= dataset.Cardinality)
            {
                return null;
            }

            long row = _next++;
            Tensor[] element = new Tensor[dataset._components.Length];
            for (int i = 0; i < element.Length; i++)
            {
                element[i] = Elements.Row(dataset._components[i], row, dataset.Shapes[i]);
            }

            return element;
        }
    }
}
