using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Slices picked by indices.</summary>
internal static class GatherKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Gather>("Gather", "Tparams");
        table.Elements<GatherNd>("GatherNd", "Tparams");
        table.Elements<GatherV2>("GatherV2", "Tparams");
    }

    /// <summary>result[outer, indices…, inner] = values[outer, index, inner].</summary>
    public static void Pick<T>(KernelContext context, Value values, Value indices, int axis, int batches)
    {
        int rank = values.Rank + indices.Rank - 1 - batches;
        Span<long> shape = stackalloc long[rank];
        values.Dimensions[..axis].CopyTo(shape);
        indices.Dimensions[batches..].CopyTo(shape[axis..]);
        values.Dimensions[(axis + 1)..].CopyTo(shape[(axis + indices.Rank - batches)..]);
        Value result = context.Allocate(0, shape);
        int batch = 1, outer = 1, inner = 1, picked = 1;
        for (int i = 0; i < batches; i++)
        {
            batch *= (int)values.Dimensions[i];
        }

        for (int i = batches; i < axis; i++)
        {
            outer *= (int)values.Dimensions[i];
        }

        for (int i = axis + 1; i < values.Rank; i++)
        {
            inner *= (int)values.Dimensions[i];
        }

        for (int i = batches; i < indices.Rank; i++)
        {
            picked *= (int)indices.Dimensions[i];
        }

        Copy(values.Elements<T>(), indices, result.Elements<T>(), (batch, outer, picked, inner), values.Dimensions[axis]);
    }

    /// <summary>result[rows…] = values[indices[rows…]].</summary>
    public static void PickNd<T>(KernelContext context, Value values, Value indices)
    {
        if (indices.Rank == 0 || indices.Dimensions[^1] > values.Rank)
        {
            throw Failure.Invalid($"index innermost dimension length must be <= params rank; saw: {indices.Shape} vs. {values.Rank}");
        }

        int depth = (int)indices.Dimensions[^1];
        Span<long> shape = stackalloc long[indices.Rank - 1 + values.Rank - depth];
        indices.Dimensions[..^1].CopyTo(shape);
        values.Dimensions[depth..].CopyTo(shape[(indices.Rank - 1)..]);
        Value result = context.Allocate(0, shape);
        int inner = 1, rows = 1;
        for (int i = depth; i < values.Rank; i++)
        {
            inner *= (int)values.Dimensions[i];
        }

        for (int i = 0; i < indices.Rank - 1; i++)
        {
            rows *= (int)indices.Dimensions[i];
        }

        for (int row = 0; row < rows; row++)
        {
            Interruption.Check();
            int at = Place(indices, row, depth, values.Shape);
            values.Elements<T>().Slice(at * inner, inner).CopyTo(result.Elements<T>()[(row * inner)..]);
        }
    }

    /// <summary>The number of the slice that a row of indices names, counted through the leading dimensions.</summary>
    /// <exception cref="EngineException">There is no such slice.</exception>
    public static int Place(Value indices, int row, int depth, Shape shape)
    {
        long at = 0;
        for (int i = 0; i < depth; i++)
        {
            long index = indices.Integer(row * depth + i);
            at = index >= 0 && index < shape[i]
                ? at * shape[i] + index
                : throw Failure.Invalid($"indices[{row}] does not index into shape {shape}: entry {i} is {index}");
        }

        return (int)at;
    }

    private static void Copy<T>(
        ReadOnlySpan<T> source, Value indices, Span<T> target, (int Batch, int Outer, int Picked, int Inner) sizes, long limit)
    {
        int inner = sizes.Inner, at = 0;
        for (int b = 0; b < sizes.Batch; b++)
        {
            for (int o = 0; o < sizes.Outer; o++)
            {
                Interruption.Check();
                int from = (b * sizes.Outer + o) * (int)limit;
                for (int p = 0; p < sizes.Picked; p++, at += inner)
                {
                    long index = indices.Integer(b * sizes.Picked + p);
                    if (index < 0 || index >= limit)
                    {
                        throw Failure.Invalid($"indices[{b * sizes.Picked + p}] = {index} is not in [0, {limit})");
                    }

                    source.Slice((from + (int)index) * inner, inner).CopyTo(target[at..]);
                }
            }
        }
    }

    private readonly struct Gather : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value values = context.Input(0);
            if (values.Rank == 0)
            {
                throw Failure.Invalid("params must be at least 1 dimensional");
            }

            Pick<T>(context, values, context.Input(1), 0, 0);
        };
    }

    private readonly struct GatherV2 : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            long batches = node.Int("batch_dims");
            return context =>
            {
                Value values = context.Input(0), indices = context.Input(1);
                int axis = LayoutKernels.Axis(context.Input(2).IntegerScalar("axis"), values.Rank);
                long batch = batches < 0 ? batches + indices.Rank : batches;
                if (batch < 0 || batch > indices.Rank || batch > axis || !values.Dimensions[..(int)batch].SequenceEqual(indices.Dimensions[..(int)batch]))
                {
                    throw Failure.Invalid($"batch_dims {batches} does not fit params {values.Shape}, indices {indices.Shape} and axis {axis}.");
                }

                Pick<T>(context, values, indices, axis, (int)batch);
            };
        }
    }

    private readonly struct GatherNd : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context => PickNd<T>(context, context.Input(0), context.Input(1));
    }
}
