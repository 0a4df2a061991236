using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Data;

/// <summary>Numbers in equal steps.</summary>
internal sealed class RangeDataset : Dataset
{
    private readonly long _start;
    private readonly long _step;
    private readonly long _count;

    public RangeDataset(long start, long stop, long step, IReadOnlyList<DType> types)
        : base(types, [Shape.Scalar])
    {
        if (step == 0)
        {
            throw Failure.Invalid("step must be a non-zero integer.");
        }

        (_start, _step) = (start, step);
        Int128 distance = (Int128)stop - start;
        Int128 steps = step > 0 ? (distance + step - 1) / step : (distance + step + 1) / step;
        _count = (long)Int128.Clamp(step > 0 == distance > 0 ? steps : 0, 0, long.MaxValue);
    }

    public override long Cardinality => _count;

    protected override DatasetIterator Begin(Iteration iteration) => new Iterator(this);

    private sealed class Iterator(RangeDataset dataset) : DatasetIterator
    {
        private long _next;

        protected override Tensor[]? Produce(KernelContext context)
        {
            if (_next >= dataset._count)
            {
                return null;
            }

            long number = dataset._start + _next++ * dataset._step;
            Tensor scalar = Tensor.Uninitialized(dataset.Types[0], Shape.Scalar);
            Value value = new(scalar.DType);
            value.Borrow(scalar);
            switch (scalar.DType)
            {
                case DType.Float32: value.Span<float>()[0] = number; break;
                case DType.Float64: value.Span<double>()[0] = number; break;
                default: ShapeKernels.WriteInteger(value, 0, number); break;
            }

            return [scalar];
        }
    }
}
