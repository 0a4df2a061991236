using ModelSessions.Cpu.Execution;

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
            return [Scalar(dataset.Types[0], number)];
        }

        // What does not fit wraps, as a cast in C++ does.
        private static Tensor Scalar(DType dtype, long number) => dtype switch
        {
            DType.Int8 => Tensor.Scalar((sbyte)number),
            DType.UInt8 => Tensor.Scalar((byte)number),
            DType.Int16 => Tensor.Scalar((short)number),
            DType.UInt16 => Tensor.Scalar((ushort)number),
            DType.Int32 => Tensor.Scalar((int)number),
            DType.UInt32 => Tensor.Scalar((uint)number),
            DType.Int64 => Tensor.Scalar(number),
            DType.UInt64 => Tensor.Scalar((ulong)number),
            DType.Float16 => Tensor.Scalar((Half)number),
            DType.BFloat16 => Tensor.Scalar((BFloat16)(float)number),
            DType.Float32 => Tensor.Scalar((float)number),
            DType.Float64 => Tensor.Scalar((double)number),
            _ => throw Failure.Invalid($"A range cannot be of type {dtype.Name()}."),
        };
    }
}
