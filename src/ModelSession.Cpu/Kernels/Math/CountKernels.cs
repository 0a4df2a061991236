using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Counts of values: by value, by width of a bin, by boundaries.</summary>
internal static class CountKernels
{
    private static readonly TypeSet s_types = TypeSet.Wide | TypeSet.Indices;

    public static void Register(KernelTable table)
    {
        table.Numbers<Bincount>("Bincount", s_types);
        table.Numbers<Bucketize>("Bucketize", s_types);
        table.Numbers<Bincount>("DenseBincount", s_types);
        table.Numbers<Histogram>("HistogramFixedWidth", s_types);
    }

    // Of a matrix, each row by itself. Values that have no bin are not counted.
    private readonly struct Bincount : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool isDense = node.Type == "DenseBincount", isBinary = isDense && node.Bool("binary_output");
            return context =>
            {
                Value values = context.Input(0), weights = context.Input(2);
                long size = context.Input(1).IntegerScalar("size");
                if (size < 0)
                {
                    throw Failure.Invalid($"size ({size}) must be non-negative");
                }

                if (isDense && values.Rank > 2)
                {
                    throw Failure.Invalid($"Shape must be at most rank 2 but is rank {values.Rank}");
                }

                if (weights.LongCount != 0 && weights.LongCount != values.LongCount)
                {
                    throw Failure.Invalid(
                        $"weights must have the same shape as the values, {values.Shape}, or length 0, which stands for weights of 1. Received {weights.Shape}");
                }

                bool hasRows = isDense && values.Rank == 2;
                Value output = context.Allocate(0, hasRows ? [values.Dimensions[0], size] : [size]);
                int width = hasRows ? (int)values.Dimensions[1] : values.Count;
                Count(values, weights.LongCount == 0 || isBinary ? default : weights.Span<T>(), output.Span<T>(), width, (int)size, isBinary);
            };
        }

        private static void Count<T>(Value values, ReadOnlySpan<T> weights, Span<T> bins, int width, int size, bool isBinary)
            where T : unmanaged, INumber<T>
        {
            bins.Clear();
            for (int i = 0; i < values.Count; i++)
            {
                long value = values.Integer(i);
                if (value < 0)
                {
                    throw Failure.Invalid($"Input arr must be non-negative! Its element {i} is {value}");
                }

                if (value < size)
                {
                    ref T bin = ref bins[i / width * size + (int)value];
                    bin = isBinary ? T.One : bin + (weights.IsEmpty ? T.One : weights[i]);
                }
            }
        }
    }

    // The number of boundaries that are not above; a NaN is above all. Integers are compared as floats, as in C++.
    private readonly struct Bucketize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            float[] boundaries = [.. node.Attributes["boundaries"].List.F];
            if (!boundaries.AsSpan().SequenceEqual(boundaries.Order().ToArray()))
            {
                throw new EngineException(StatusCode.InvalidArgument, "Expected sorted boundaries", node.Name);
            }

            return context =>
            {
                ReadOnlySpan<T> x = context.Input(0).Span<T>();
                Span<int> y = context.Allocate(0, context.Input(0).Dimensions).Span<int>();
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = Bucket(boundaries, typeof(T) == typeof(double) ? double.CreateTruncating(x[i]) : float.CreateTruncating(x[i]));
                }
            };
        }

        private static int Bucket(float[] boundaries, double value)
        {
            int low = 0, high = boundaries.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (value < boundaries[middle])
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low;
        }
    }

    // Values out of the range count in the outermost bins.
    private readonly struct Histogram : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value range = context.Input(1);
                int bins = (int)context.Input(2).IntegerScalar("nbins");
                if (range is not { Rank: 1, LongCount: 2 } || !(range.Span<T>()[0] < range.Span<T>()[1]) || bins <= 0)
                {
                    throw Failure.Invalid(
                        $"value_range should be a vector of 2 elements with value_range[0] < value_range[1], and nbins positive; they are {Show(range)} and {bins}");
                }

                T low = range.Span<T>()[0];
                double step = double.CreateTruncating(range.Span<T>()[1] - low) / bins;
                Value output = context.Allocate(0, [bins]);
                output.Parts<byte>().Clear();
                foreach (T value in context.Input(0).Span<T>())
                {
                    if (T.IsNaN(value))
                    {
                        throw Failure.Invalid("Histogram values must not contain NaN");
                    }

                    int bin = (int)System.Math.Min(double.CreateTruncating(T.Max(value, low) - low) / step, bins - 1);
                    Increment(output, bin);
                }

                string Show(Value value) => value is { Rank: 1, LongCount: 2 } ? $"[{value.Span<T>()[0]}, {value.Span<T>()[1]}]" : $"of shape {value.Shape}";
            };

        private static void Increment(Value output, int bin)
        {
            if (output.DType == DType.Int32)
            {
                output.Span<int>()[bin]++;
            }
            else
            {
                output.Span<long>()[bin]++;
            }
        }
    }
}
