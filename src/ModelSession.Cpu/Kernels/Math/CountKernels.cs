using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Counts of values: by value, by width of a bin, by boundaries.</summary>
internal static class CountKernels
{
    private static readonly TypeSet s_types = TypeSet.Wide | TypeSet.Indices;

    public static void Register(KernelTable table)
    {
        table.Rings<Bincount>("Bincount", TypeSet.Numbers | TypeSet.Complexes);
        table.Numbers<Bucketize>("Bucketize", s_types);
        table.Rings<Bincount>("DenseBincount", TypeSet.Numbers | TypeSet.Complexes);
        table.Numbers<Histogram>("HistogramFixedWidth", TypeSet.Numbers);
        table.Rings<RaggedBincount>("RaggedBincount", TypeSet.Numbers | TypeSet.Complexes);
        table.Rings<SparseBincount>("SparseBincount", TypeSet.Numbers | TypeSet.Complexes);
    }

    // Of a matrix, each row by itself. Values that have no bin are not counted.
    private readonly struct Bincount : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T>
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
            where T : unmanaged, INumberBase<T>
        {
            bins.Clear();
            for (int i = 0; i < values.Count; i++)
            {
                Interruption.Check();
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

    // Values that belong to rows: number, value, and which weight.
    private static void CountRows<T>(KernelContext context, Value values, Func<int, long> rowOf, (long Rows, int Size, int Weights) input, bool hasRows)
        where T : unmanaged, INumberBase<T>
    {
        long size = context.Input(input.Size).IntegerScalar("size");
        Value weights = context.Input(input.Weights);
        bool isBinary = context.Node.Bool("binary_output");
        if (size < 0 || (weights.LongCount != 0 && weights.LongCount != values.LongCount))
        {
            throw Failure.Invalid($"size ({size}) must be non-negative, and the weights {weights.Shape} none or one for each of the values {values.Shape}");
        }

        Span<T> bins = context.Allocate(0, hasRows ? [input.Rows, size] : [size]).Span<T>();
        bins.Clear();
        for (int i = 0; i < values.Count; i++)
        {
            Interruption.Check();
            long value = values.Integer(i), row = rowOf(i);
            if (value < 0 || (ulong)row >= (ulong)input.Rows)
            {
                throw Failure.Invalid($"Input must be non-negative and inside its {input.Rows} rows! Element {i} is {value} in row {row}");
            }

            if (value < size)
            {
                ref T bin = ref bins[(int)((row * size) + value)];
                bin = isBinary ? T.One : bin + (weights.LongCount == 0 ? T.One : weights.Span<T>()[i]);
            }
        }
    }

    private readonly struct SparseBincount : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                Value indices = context.Input(0), shape = context.Input(2);
                if (indices.Rank != 2 || shape.LongCount is < 1 or > 2 || indices.Dimensions[1] != shape.LongCount || indices.Dimensions[0] != context.Input(1).LongCount)
                {
                    throw Failure.Invalid($"indices {indices.Shape}, values {context.Input(1).Shape} and a shape of {shape.Shape} are no sparse vector or matrix.");
                }

                bool hasRows = shape.LongCount == 2;
                long[] places = indices.Span<long>().ToArray();
                CountRows<T>(context, context.Input(1), i => hasRows ? places[2 * i] : 0, (hasRows ? shape.Integer(0) : 1, 3, 4), hasRows);
            };
    }

    private readonly struct RaggedBincount : IRingKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumberBase<T> => context =>
            {
                long[] splits = Ragged.RaggedKernels.Splits(context.Input(0), context.Input(1).LongCount);
                int row = 0;
                CountRows<T>(context, context.Input(1), RowOf, (splits.Length - 1, 2, 3), hasRows: true);

                long RowOf(int i)
                {
                    while (splits[row + 1] <= i)
                    {
                        row++;
                    }

                    return row;
                }
            };
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
