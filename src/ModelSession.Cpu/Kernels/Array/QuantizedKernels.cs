using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Floats as small whole numbers, and back; for a whole tensor or for each slice of an axis.</summary>
internal static class QuantizedKernels
{
    private static readonly TypeSet s_types = TypeSet.Of(DType.QInt8, DType.QUInt8, DType.QInt16, DType.QUInt16, DType.QInt32);

    public static void Register(KernelTable table)
    {
        table.Add("Dequantize", "T", s_types, (node, _) => Typed<FromQuantized>(node));
        table.Add("QuantizeV2", "T", s_types, (node, _) => Typed<ToQuantized>(node));
    }

    private static Kernel Typed<TKernel>(GraphOperation node)
        where TKernel : IIntegerKernel => node.DType("T") switch
        {
            DType.QInt8 => TKernel.Create<sbyte>(node),
            DType.QUInt8 => TKernel.Create<byte>(node),
            DType.QInt16 => TKernel.Create<short>(node),
            DType.QUInt16 => TKernel.Create<ushort>(node),
            _ => TKernel.Create<int>(node),
        };

    private static double Low<T>()
        where T : IMinMaxValue<T>, INumberBase<T> => double.CreateTruncating(T.MinValue);

    private static double High<T>()
        where T : IMinMaxValue<T>, INumberBase<T> => double.CreateTruncating(T.MaxValue);

    // The slices of an axis; all is one if there is none.
    private static (int Slices, int Inner) Slices(Value x, long axis, Value ranges)
    {
        if (axis == -1)
        {
            return ranges.LongCount == 1 ? (1, 1) : throw Failure.Invalid($"The range of a tensor is two scalars, not of shape {ranges.Shape}");
        }

        int at = LayoutKernels.Axis(axis, x.Rank);
        (_, int count, int inner) = UniqueKernels.Extent(x.Dimensions, at);
        return ranges.LongCount == count ? (count, inner) : throw Failure.Invalid($"The ranges have the shape {ranges.Shape}; axis {axis} has {count} slices.");
    }

    // What a value is multiplied by where the range is stretched around 0.
    private static float Scale<T>(float low, float high, bool narrow)
        where T : IMinMaxValue<T>, INumberBase<T>
    {
        float least = (float)Low<T>() + (narrow ? 1 : 0), most = (float)High<T>();
        float fromLow = least * low > 0 ? least / low : float.MaxValue, fromHigh = most * high > 0 ? most / high : float.MaxValue;
        return System.Math.Min(fromLow, fromHigh);
    }

    private readonly struct ToQuantized : IIntegerKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            (string mode, bool narrow, long axis) = (node.String("mode"), node.Bool("narrow_range"), node.Int("axis"));
            MidpointRounding rounding = node.String("round_mode") == "HALF_TO_EVEN" ? MidpointRounding.ToEven : MidpointRounding.AwayFromZero;
            float least = node.Float("ensure_minimum_range");
            return context =>
            {
                Value x = context.Input(0), lows = context.Input(1), highs = context.Input(2);
                (int slices, int inner) = Slices(x, axis, lows);
                Span<T> result = context.Allocate(0, x.Dimensions).Span<T>();
                Span<float> outLow = context.Allocate(1, lows.Dimensions).Span<float>(), outHigh = context.Allocate(2, lows.Dimensions).Span<float>();
                for (int slice = 0; slice < slices; slice++)
                {
                    (float low, float high) = Range(lows.Span<float>()[slice], highs.Span<float>()[slice], least);
                    if (mode == "SCALED")
                    {
                        float scale = Scale<T>(low, high, narrow);
                        (low, high) = (((float)Low<T>() + (narrow ? 1 : 0)) / scale, (float)High<T>() / scale);
                    }

                    (outLow[slice], outHigh[slice]) = (low, high);
                }

                ReadOnlySpan<float> source = x.Span<float>();
                for (int i = 0; i < source.Length; i++)
                {
                    int slice = i / inner % slices;
                    result[i] = One<T>(source[i], outLow[slice], outHigh[slice], mode, narrow, rounding);
                }
            };
        }

        private static (float Low, float High) Range(float low, float high, float least)
        {
            if (!(low <= high))
            {
                throw Failure.Invalid($"min_range {low} is above max_range {high}.");
            }

            float epsilon = System.Math.Max(1, System.Math.Max(MathF.Abs(low), MathF.Abs(high))) * least;
            low = System.Math.Min(0, low);
            return (low, System.Math.Max(0, System.Math.Max(high, low + epsilon)));
        }

        // The greatest int32 is no float: 2³¹ becomes the least, as processors convert it.
        private static T Round<T>(float x)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => x >= 2147483648f ? T.CreateTruncating(int.MinValue) : T.CreateSaturating(x);

        private static T One<T>(float x, float low, float high, string mode, bool narrow, MidpointRounding rounding)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            double width = High<T>() - Low<T>();
            float clipped = System.Math.Min(System.Math.Max(x, low), high);
            if (mode == "SCALED")
            {
                return Round<T>(MathF.Round(clipped * Scale<T>(low, high, narrow), rounding));
            }

            if (mode == "MIN_FIRST")
            {
                double steps = width + 1, scale = steps / ((high - low) * (steps / (steps - 1)));
                double number = System.Math.Round(x * scale, MidpointRounding.AwayFromZero) - System.Math.Round(low * scale, MidpointRounding.AwayFromZero) + Low<T>();
                return T.CreateSaturating(System.Math.Clamp(number, Low<T>(), High<T>()));
            }

            float factor = (float)(width / (high - low)), shifted = (clipped - low) * factor;
            return Low<T>() < 0
                ? T.CreateSaturating(MathF.Round(shifted - (float)((width + 1) / 2), MidpointRounding.AwayFromZero))
                : T.CreateSaturating(shifted + 0.5f);
        }
    }

    private readonly struct FromQuantized : IIntegerKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            (string mode, bool narrow, long axis) = (node.String("mode"), node.Bool("narrow_range"), node.Int("axis"));
            return context =>
            {
                Value x = context.Input(0), lows = context.Input(1), highs = context.Input(2);
                (int slices, int inner) = Slices(x, axis, lows);
                Value result = context.Allocate(0, x.Dimensions);
                ReadOnlySpan<T> source = x.Span<T>();
                for (int i = 0; i < source.Length; i++)
                {
                    int slice = i / inner % slices;
                    float value = One(source[i], lows.Span<float>()[slice], highs.Span<float>()[slice], mode, narrow);
                    if (result.DType == DType.BFloat16)
                    {
                        result.Span<BFloat16>()[i] = (BFloat16)value;
                    }
                    else
                    {
                        result.Span<float>()[i] = value;
                    }
                }
            };
        }

        private static float One<T>(T x, float low, float high, string mode, bool narrow)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            double width = High<T>() - Low<T>();
            float number = float.CreateTruncating(x);
            if (mode == "SCALED")
            {
                float least = (float)Low<T>() + (narrow ? 1 : 0);
                return number * (Low<T>() == 0 ? high / (float)High<T>() : System.Math.Max(low / least, high / (float)High<T>()));
            }

            if (mode == "MIN_FIRST")
            {
                double scale = (high - low) / width, start = scale == 0 ? low : System.Math.Round(low / scale, MidpointRounding.AwayFromZero) * scale;
                return (float)(((number - Low<T>()) * scale) + start);
            }

            float half = Low<T>() < 0 ? (float)((width + 1) / 2) : 0;
            return ((number + half) * (float)((high - low) / width)) + low;
        }
    }
}
