using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Sparse;

/// <summary>Parts of sparse tensors.</summary>
internal static class SparseSliceKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Slice>("SparseSlice");
        table.Rings<SliceGradient>("SparseSliceGrad", TypeSet.Numbers | TypeSet.Complexes);
        table.Elements<Split>("SparseSplit");
    }

    private readonly struct Slice : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            SparseIndices source = SparseIndices.Of(context, 0, 1, 2);
            long[] start = Vector(context.Input(3), "start", source.Rank), size = Vector(context.Input(4), "size", source.Rank);
            long[] shape = new long[source.Rank];
            for (int axis = 0; axis < shape.Length; axis++)
            {
                shape[axis] = size[axis] >= 0
                    ? System.Math.Max(System.Math.Min(size[axis], source.Shape[axis] - start[axis]), 0)
                    : throw Failure.Invalid($"Expected a non-negative size, got {size[axis]}");
            }

            Pick<T>(context, source, (0, 1, 2), start, shape, 1);
        };

        private static long[] Vector(Value value, string what, int length) => value.Rank == 1 && value.LongCount == length
            ? value.Span<long>().ToArray()
            : throw Failure.Invalid($"Expected {what} to be a vector of length {length} but got {value.Shape}");
    }

    // The elements inside a block, counted from its corner.
    private static void Pick<T>(KernelContext context, SparseIndices source, (int Indices, int Values, int Shape) outputs, long[] start, long[] shape, int valuesInput)
    {
        List<int> kept = [];
        List<long> rows = [];
        for (int i = 0; i < source.Count; i++)
        {
            Interruption.Check();
            bool inside = true;
            for (int axis = 0; axis < shape.Length; axis++)
            {
                inside &= (ulong)(source[i][axis] - start[axis]) < (ulong)shape[axis];
            }

            if (!inside)
            {
                continue;
            }

            kept.Add(i);
            for (int axis = 0; axis < shape.Length; axis++)
            {
                rows.Add(source[i][axis] - start[axis]);
            }
        }

        SparseIndices.Write(context, outputs.Indices, shape.Length, rows, kept.Count);
        Span<T> values = context.Allocate(outputs.Values, [kept.Count]).Elements<T>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = context.Input(valuesInput).Elements<T>()[kept[i]];
        }

        SparseIndices.WriteShape(context, outputs.Shape, shape);
    }

    private readonly struct Split : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int count = (int)node.Int("num_split");
            return context =>
            {
                SparseIndices source = SparseIndices.Of(context, 1, 2, 3);
                long given = context.Input(0).IntegerScalar("split_dim");
                if (given < -source.Rank || given >= source.Rank)
                {
                    throw Failure.Invalid($"Input axis should be in range [{-source.Rank}, {source.Rank}), got {given}");
                }

                int axis = (int)(given < 0 ? given + source.Rank : given);
                long size = source.Shape[axis];
                if (count < 1 || count > size)
                {
                    throw Failure.Invalid($"Input num_split should be between 1 and the splitting dimension size ({size}), got {count}");
                }

                long[] start = new long[source.Rank], shape = [.. source.Shape];
                for (int part = 0; part < count; part++)
                {
                    shape[axis] = (size / count) + (part < size % count ? 1 : 0);
                    Pick<T>(context, source, (part, count + part, (2 * count) + part), start, shape, 2);
                    start[axis] += shape[axis];
                }
            };
        }
    }

    private readonly struct SliceGradient : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, System.Numerics.INumberBase<T> => context =>
            {
                Value gradients = context.Input(0), start = context.Input(2);
                SparseIndices input = SparseIndices.Of(context, 1), output = SparseIndices.Of(context, 3);
                if (gradients.Rank != 1 || gradients.LongCount != output.Count || input.Rank != output.Rank || start.LongCount != input.Rank)
                {
                    throw Failure.Invalid($"The gradient {gradients.Shape} and start {start.Shape} do not fit {input.Count} and {output.Count} indices of {input.Rank} and {output.Rank} numbers.");
                }

                Span<T> result = context.Allocate(0, [input.Count]).Span<T>();
                result.Clear();
                int at = 0;
                for (int i = 0; i < input.Count && at < output.Count; i++)
                {
                    bool same = true;
                    for (int axis = 0; axis < input.Rank; axis++)
                    {
                        same &= input[i][axis] == output[at][axis] + start.Span<long>()[axis];
                    }

                    if (same)
                    {
                        result[i] = gradients.Span<T>()[at++];
                    }
                }

                _ = at == output.Count ? 0 : throw new EngineException(StatusCode.Internal, $"Elements of backprop_val_grad aren't all propagated. Num elements:{output.Count}, used: {at}");
            };
    }
}
