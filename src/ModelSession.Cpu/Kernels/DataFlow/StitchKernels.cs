using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.DataFlow;

/// <summary>Slices sorted into parts, parts put together by index.</summary>
internal static class StitchKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Partition>("DynamicPartition");
        table.Elements<Stitch>("DynamicStitch");
        table.Elements<Stitch>("ParallelDynamicStitch");
    }

    private static int Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return checked((int)product);
    }

    // Where an index occurs twice, the later slice stays.
    private readonly struct Stitch : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            int count = context.InputCount / 2;
            long largest = -1;
            for (int i = 0; i < count; i++)
            {
                Value indices = context.Input(i);
                CheckShapes(context, i, count);
                for (int k = 0; k < indices.Count; k++)
                {
                    largest = System.Math.Max(largest, indices.Integer(k));
                }
            }

            ReadOnlySpan<long> slice = context.Input(count).Dimensions[context.Input(0).Rank..];
            Span<long> shape = stackalloc long[slice.Length + 1];
            shape[0] = largest + 1;
            slice.CopyTo(shape[1..]);
            Value result = context.Allocate(0, shape);
            Array.FillKernels.Clear(result);
            int length = Product(slice);
            for (int i = 0; i < count; i++)
            {
                Value indices = context.Input(i);
                ReadOnlySpan<T> data = context.Input(count + i).Elements<T>();
                for (int k = 0; k < indices.Count; k++)
                {
                    long at = indices.Integer(k);
                    if (at < 0)
                    {
                        throw Failure.Invalid($"indices[{k}] = {at} is out of range");
                    }

                    data.Slice(k * length, length).CopyTo(result.Elements<T>()[((int)at * length)..]);
                }
            }
        };

        private static void CheckShapes(KernelContext context, int i, int count)
        {
            Value indices = context.Input(i), data = context.Input(count + i);
            int firstRank = context.Input(0).Rank;
            bool fits = data.Rank >= indices.Rank && data.Dimensions[..indices.Rank].SequenceEqual(indices.Dimensions)
                && data.Dimensions[indices.Rank..].SequenceEqual(context.Input(count).Dimensions[System.Math.Min(firstRank, context.Input(count).Rank)..]);
            if (!fits)
            {
                throw Failure.Invalid($"data[{i}].shape = {data.Shape} does not start with indices[{i}].shape = {indices.Shape}, or its slices differ from those of data[0] {context.Input(count).Shape}");
            }
        }
    }

    private readonly struct Partition : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value data = context.Input(0), partitions = context.Input(1);
            if (data.Rank < partitions.Rank || !data.Dimensions[..partitions.Rank].SequenceEqual(partitions.Dimensions))
            {
                throw Failure.Invalid($"data.shape must start with partitions.shape, got data.shape = {data.Shape}, partitions.shape = {partitions.Shape}");
            }

            ReadOnlySpan<int> parts = partitions.Span<int>();
            Span<int> counts = context.Scratch<int>(context.OutputCount);
            counts.Clear();
            for (int i = 0; i < parts.Length; i++)
            {
                if ((uint)parts[i] >= (uint)counts.Length)
                {
                    throw Failure.Invalid($"partitions[{i}] = {parts[i]} is not in [0, {counts.Length})");
                }

                counts[parts[i]]++;
            }

            ReadOnlySpan<long> slice = data.Dimensions[partitions.Rank..];
            Span<long> shape = stackalloc long[slice.Length + 1];
            slice.CopyTo(shape[1..]);
            for (int i = 0; i < counts.Length; i++)
            {
                shape[0] = counts[i];
                context.Allocate(i, shape);
            }

            int length = Product(slice);
            counts.Clear();
            for (int i = 0; i < parts.Length; i++)
            {
                data.Elements<T>().Slice(i * length, length).CopyTo(context.Output(parts[i]).Elements<T>()[(counts[parts[i]]++ * length)..]);
            }
        };
    }
}
