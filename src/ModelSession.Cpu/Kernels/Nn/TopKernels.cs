using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>The greatest of many.</summary>
internal static class TopKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("InTopK", InTop);
        table.Add("InTopKV2", InTop);
        table.Numbers<Nth>("NthElement", TypeSet.Numbers);
        table.Numbers<Top>("TopK", TypeSet.Numbers);
        table.Numbers<Top>("TopKV2", TypeSet.Numbers);
    }

    private static Kernel InTop(GraphOperation node, CpuSession session)
    {
        long? fixedK = node.Inputs.Count == 2 ? node.Int("k") : null;
        return context =>
        {
            Value predictions = context.Input(0), targets = context.Input(1);
            long k = fixedK ?? context.Input(2).IntegerScalar("k");
            if (predictions.Rank != 2 || targets.Rank != 1 || predictions.Dimensions[0] != targets.Dimensions[0])
            {
                throw Failure.Invalid($"predictions must be a matrix with a row for each target, not {predictions.Shape} for targets {targets.Shape}");
            }

            Span<bool> result = context.Allocate(0, targets.Dimensions).Span<bool>();
            int classes = (int)predictions.Dimensions[1];
            for (int row = 0; row < result.Length; row++)
            {
                result[row] = IsAmong(predictions.Span<float>().Slice(row * classes, classes), targets.Integer(row), k);
            }
        };
    }

    // With a number that is not finite nothing can be said.
    private static bool IsAmong(ReadOnlySpan<float> row, long target, long k)
    {
        if (target < 0 || target >= row.Length)
        {
            return false;
        }

        long greater = 0;
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }

            greater += value > row[(int)target] ? 1 : 0;
        }

        return greater < k;
    }

    private readonly struct Top : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            long? fixedK = node.Inputs.Count == 1 ? node.Int("k") : null;
            bool sorted = node.Bool("sorted");
            return context =>
            {
                Value x = context.Input(0);
                long k = fixedK ?? context.Input(1).IntegerScalar("k");
                if (k < 0 || x.Rank == 0 || x.Dimensions[^1] < k)
                {
                    throw Failure.Invalid(k < 0 ? $"Need k >= 0, got {k}" : $"input must have at least k = {k} columns, not the shape {x.Shape}");
                }

                Span<long> shape = stackalloc long[x.Rank];
                x.Dimensions.CopyTo(shape);
                shape[^1] = k;
                Span<T> values = context.Allocate(0, shape).Span<T>();
                Value places = context.Allocate(1, shape);
                int width = (int)x.Dimensions[^1], taken = (int)k;
                Span<int> found = context.Scratch<int>(taken + 1);
                for (int at = 0, start = 0; at < values.Length; at += taken, start += width)
                {
                    Interruption.Check();
                    ReadOnlySpan<T> row = x.Span<T>().Slice(start, width);
                    Find(row, found, taken, sorted);
                    for (int i = 0; i < taken; i++)
                    {
                        values[at + i] = row[found[i]];
                        ShapeKernels.WriteInteger(places, at + i, found[i]);
                    }
                }
            };
        }

        private static void Find<T>(ReadOnlySpan<T> row, Span<int> found, int k, bool sorted)
            where T : unmanaged, INumber<T>
        {
            if (k < row.Length)
            {
                _ = new TopHeap<T>(row, found);
            }
            else
            {
                for (int i = 0; i < k; i++)
                {
                    found[i] = i;
                }
            }

            if (sorted || k == row.Length)
            {
                Sort(row, found[..k]);
            }
        }

        // By merging: a comparison cannot hold a span.
        private static void Sort<T>(ReadOnlySpan<T> row, Span<int> places)
            where T : unmanaged, INumber<T>
        {
            if (places.Length < 2)
            {
                return;
            }

            Interruption.Check();
            int[] left = places[..(places.Length / 2)].ToArray();
            Span<int> right = places[left.Length..];
            Sort(row, left);
            Sort(row, right);
            for (int to = 0, l = 0, r = 0; l < left.Length; to++)
            {
                places[to] = r < right.Length && TopHeap<T>.Compare(row, right[r], left[l]) < 0 ? right[r++] : left[l++];
            }
        }
    }

    private readonly struct Nth : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool reverse = node.Bool("reverse");
            return context =>
            {
                Value x = context.Input(0);
                long n = context.Input(1).IntegerScalar("n");
                if (n < 0 || x.Rank == 0 || n >= x.Dimensions[^1])
                {
                    throw Failure.Invalid($"Input must have last dimension > n = {n}, and n must not be negative; the shape is {x.Shape}");
                }

                int width = (int)x.Dimensions[^1], place = (int)(reverse ? width - 1 - n : n);
                Span<T> result = context.Allocate(0, x.Dimensions[..^1]).Span<T>(), row = context.Scratch<T>(width);
                for (int i = 0; i < result.Length; i++)
                {
                    x.Span<T>().Slice(i * width, width).CopyTo(row);
                    row.Sort();
                    result[i] = row[place];
                }
            };
        }
    }
}
