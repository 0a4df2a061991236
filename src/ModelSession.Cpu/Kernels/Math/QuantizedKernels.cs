using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>From floats to small whole numbers of a range, and back.</summary>
internal static class QuantizedKernels
{
    public static readonly TypeSet Types = TypeSet.Of(DType.QInt8, DType.QUInt8, DType.QInt16, DType.QUInt16, DType.QInt32);

    public static void Register(KernelTable table)
    {
        table.Numbers<Dequantize>("Dequantize", Types);
        table.Numbers<Quantize>("QuantizeV2", Types);
    }

    // The axis along which ranges differ, as slices; one slice without an axis.
    private static (int Outer, int Count, int Inner) Slices(GraphOperation node, Value x, Value low, Value high)
    {
        long axis = node.Attributes.ContainsKey("axis") ? node.Int("axis") : -1;
        if (axis < -1 || axis >= x.Rank)
        {
            throw Failure.Invalid($"Axis must be less than input dimension({x.Rank}), got {axis}");
        }

        (int Outer, int Count, int Inner) slices = axis < 0 ? (1, 1, x.Count) : UniqueKernels.Extent(x.Dimensions, (int)axis);
        return low.LongCount == slices.Count && high.LongCount == slices.Count
            ? slices
            : throw Failure.Invalid($"min_range and max_range must have as many elements as the axis: {slices.Count}, not {low.Shape} and {high.Shape}");
    }

    private static void CheckMode(GraphOperation node, string mode, params ReadOnlySpan<string> modes)
    {
        if (!modes.Contains(mode))
        {
            throw Failure.Invalid($"Mode string must be {string.Join(" or ", modes.ToArray())} for {node.Type} here, is '{mode}'");
        }
    }

    private static double Highest<T>()
        where T : IMinMaxValue<T>, INumber<T> => double.CreateTruncating(T.MaxValue);

    private static double Lowest<T>()
        where T : IMinMaxValue<T>, INumber<T> => double.CreateTruncating(T.MinValue);

    private static float HalfRange<T>()
        where T : IMinMaxValue<T>, INumber<T> => T.MinValue < T.Zero ? (float)((Highest<T>() - Lowest<T>() + 1) / 2) : 0;

    private readonly struct Quantize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            string mode = node.String("mode"), rounding = node.String("round_mode");
            return context =>
            {
                Value x = context.Input(0), low = context.Input(1), high = context.Input(2);
                CheckMode(node, mode, "MIN_COMBINED", "MIN_FIRST", "SCALED");
                if (rounding == "HALF_TO_EVEN" && mode != "SCALED")
                {
                    throw Failure.Invalid("Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED'");
                }

                (int outer, int count, int inner) = Slices(node, x, low, high);
                if (count > 1 && mode == "MIN_FIRST")
                {
                    throw new EngineException(StatusCode.Unimplemented, "MIN_FIRST mode is not implemented for Quantize with axis != -1.");
                }

                Span<T> y = context.Allocate(0, x.Dimensions).Span<T>();
                bool perSlice = node.Int("axis") >= 0 && count > 1;
                Span<float> newLow = context.Allocate(1, perSlice ? low.Dimensions : []).Span<float>(), newHigh = context.Allocate(2, perSlice ? low.Dimensions : []).Span<float>();
                for (int slice = 0; slice < count; slice++)
                {
                    Levels<T> levels = new(node, low.Span<float>()[slice], high.Span<float>()[slice]);
                    (newLow[slice], newHigh[slice]) = (levels.Low, levels.High);
                    for (int o = 0; o < outer; o++)
                    {
                        System.Range part = ((o * count + slice) * inner)..((o * count + slice + 1) * inner);
                        levels.Apply(mode, rounding == "HALF_TO_EVEN", x.Span<float>()[part], y[part]);
                    }
                }
            };
        }
    }

    // A range with 0 in it, not too narrow, and how it falls into levels.
    private readonly struct Levels<T>
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        private readonly float _scale;

        public Levels(GraphOperation node, float low, float high)
        {
            if (high < low)
            {
                throw Failure.Invalid($"input_max_range must be larger than input_min_range: {low} and {high}.");
            }

            float least = MathF.Max(1, MathF.Max(MathF.Abs(low), MathF.Abs(high))) * node.Float("ensure_minimum_range");
            Low = MathF.Min(0, low);
            High = MathF.Max(0, MathF.Max(high, Low + least));
            if (node.String("mode") != "SCALED")
            {
                _scale = node.String("mode") == "MIN_COMBINED"
                    ? (float)(Highest<T>() - Lowest<T>()) / (High - Low)
                    : High == Low ? 0 : (float)((Highest<T>() - Lowest<T>()) / (High - Low));
                return;
            }

            float first = (float)(Lowest<T>() + (node.Bool("narrow_range") ? 1 : 0)), last = (float)Highest<T>();
            _scale = MathF.Min(first * Low > 0 ? first / Low : float.MaxValue, last * High > 0 ? last / High : float.MaxValue);
            (Low, High) = (Normal(first / _scale), Normal(last / _scale));
        }

        public float Low { get; }

        public float High { get; }

        public void Apply(string mode, bool toEven, ReadOnlySpan<float> x, Span<T> y)
        {
            float half = HalfRange<T>(), lowest = (float)Lowest<T>(), start = MathF.Round(Low * _scale, MidpointRounding.AwayFromZero);
            float bottom = MathF.Max(lowest, -2.147483648e9f), top = MathF.Min((float)Highest<T>(), 2.147483520e9f);
            for (int i = 0; i < x.Length; i++)
            {
                // As Eigen's: NaN ends as the lower bound.
                float clipped = x[i] < High ? x[i] : High;
                clipped = clipped > Low ? clipped : Low;
                float level = mode switch
                {
                    "MIN_FIRST" => MathF.Min(MathF.Max(Away(x[i] * _scale) - (start - lowest), bottom), top),
                    "SCALED" => toEven ? MathF.Round(clipped * _scale, MidpointRounding.ToEven) : Away(clipped * _scale),
                    _ => half > 0 ? Away((clipped - Low) * _scale - half) : MathF.Truncate((clipped - Low) * _scale + 0.5f),
                };
                // Past an int32 the processor's conversion gives the lowest.
                y[i] = level >= 2147483648f ? T.CreateSaturating(int.MinValue) : T.CreateSaturating(level);
            }
        }

        // TensorFlow's threads flush denormals.
        private static float Normal(float value) => float.IsSubnormal(value) ? 0 : value;

        private static float Away(float value) => MathF.Round(value, MidpointRounding.AwayFromZero);
    }

    private readonly struct Dequantize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            string mode = node.String("mode");
            bool narrow = node.Bool("narrow_range"), bfloat = node.DType("dtype") == DType.BFloat16;
            return context =>
            {
                Value x = context.Input(0), low = context.Input(1), high = context.Input(2);
                CheckMode(node, mode, bfloat ? ["MIN_COMBINED"] : ["MIN_COMBINED", "MIN_FIRST", "SCALED"]);
                (int outer, int count, int inner) = Slices(node, x, low, high);
                if (count > 1 && mode == "MIN_FIRST")
                {
                    throw new EngineException(StatusCode.Unimplemented, "MIN_FIRST mode is not implemented for Dequantize with axis != -1.");
                }

                Value result = context.Allocate(0, x.Dimensions);
                Span<float> y = bfloat ? context.Scratch<float>(x.Count) : result.Span<float>();
                for (int slice = 0; slice < count; slice++)
                {
                    (float add, float scale, float offset) = Line<T>(mode, narrow, low.Span<float>()[slice], high.Span<float>()[slice]);
                    for (int o = 0; o < outer; o++)
                    {
                        int start = (o * count + slice) * inner;
                        for (int i = start; i < start + inner; i++)
                        {
                            y[i] = (float.CreateTruncating(x.Span<T>()[i]) + add) * scale + offset;
                        }
                    }
                }

                if (bfloat)
                {
                    NumberSpans.Write<float>(y, result);
                }
            };
        }

        // y = (x + add) · scale + offset.
        private static (float Add, float Scale, float Offset) Line<T>(string mode, bool narrow, float low, float high)
            where T : INumber<T>, IMinMaxValue<T>
        {
            float lowest = (float)Lowest<T>(), highest = (float)Highest<T>();
            switch (mode)
            {
                case "MIN_COMBINED": return (HalfRange<T>(), (high - low) / (highest - lowest), low);
                case "SCALED":
                    float first = lowest + (narrow ? 1 : 0), fromHigh = high / highest;
                    return (0, lowest == 0 ? fromHigh : low / first < fromHigh ? fromHigh : low / first, 0);
                default:
                    float scale = (float)((high - low) / (Highest<T>() - Lowest<T>()));
                    float rounded = high == low ? low : MathF.Round(low / scale, MidpointRounding.AwayFromZero) * scale;
                    return (0, scale, rounded - lowest * scale);
            }
        }
    }
}
