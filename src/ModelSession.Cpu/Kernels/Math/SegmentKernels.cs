using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Rows brought together by number of segment.</summary>
internal static class SegmentKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Unsorted<LargestOf>>("UnsortedSegmentMax", TypeSet.Numbers);
        table.Numbers<Unsorted<SmallestOf>>("UnsortedSegmentMin", TypeSet.Numbers);
        table.Numbers<Unsorted<ProductOf>>("UnsortedSegmentProd", TypeSet.Numbers);
        table.Numbers<Unsorted<SumOf>>("UnsortedSegmentSum", TypeSet.Numbers);
    }

    // Numbers may be in any order; rows of negative numbers are dropped.
    private readonly struct Unsorted<TOp> : INumberKernel
        where TOp : IReduction
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value data = context.Input(0), ids = context.Input(1);
                long segments = context.Input(2).IntegerScalar("num_segments");
                if (segments < 0 || data.Rank < ids.Rank || !data.Dimensions[..ids.Rank].SequenceEqual(ids.Dimensions))
                {
                    throw Failure.Invalid($"data.shape = {data.Shape} does not start with segment_ids.shape = {ids.Shape}, or num_segments = {segments} is negative.");
                }

                ReadOnlySpan<long> slice = data.Dimensions[ids.Rank..];
                Span<long> shape = stackalloc long[slice.Length + 1];
                shape[0] = segments;
                slice.CopyTo(shape[1..]);
                Span<T> result = context.Allocate(0, shape).Span<T>();
                result.Fill(Lowest<TOp, T>());
                int width = segments == 0 ? 0 : (int)(result.Length / segments);
                for (int i = 0; i < ids.Count; i++)
                {
                    long id = ids.Integer(i);
                    if (id >= segments)
                    {
                        throw Failure.Invalid($"segment_ids[{i}] = {id} is out of range [0, {segments})");
                    }

                    if (id >= 0)
                    {
                        TOp.Accumulate(data.Span<T>().Slice(i * width, width), result.Slice((int)id * width, width));
                    }
                }
            };

        // An empty segment has the lowest or highest finite value, where a reduction has an infinite one.
        private static T Lowest<TReduction, T>()
            where TReduction : IReduction
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            T identity = TReduction.Identity<T>();
            return !T.IsInfinity(identity) ? identity : T.IsNegative(identity) ? T.MinValue : T.MaxValue;
        }
    }
}
