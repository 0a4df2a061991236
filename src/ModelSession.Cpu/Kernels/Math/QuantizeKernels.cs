using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Numbers rounded to whole steps of their range and back.</summary>
internal static class QuantizeKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Round>("QuantizeAndDequantize", TypeSet.Wide);
        table.Floats<Round>("QuantizeAndDequantizeV2", TypeSet.Wide);
        table.Floats<Round>("QuantizeAndDequantizeV3", TypeSet.Wide);
        table.Floats<Round>("QuantizeAndDequantizeV4", TypeSet.Wide);
        table.Floats<Inside>("QuantizeAndDequantizeV4Grad", TypeSet.Wide);
    }

    private readonly struct Round : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            long axis = node.Attributes.ContainsKey("axis") ? node.Int("axis") : -1;
            return context =>
            {
                Value x = context.Input(0);
                long bits = context.InputCount > 3 ? context.Input(3).IntegerScalar("num_bits") : node.Int("num_bits");
                if (bits is < 1 or > 62 || axis < -1 || axis >= x.Rank)
                {
                    throw Failure.Invalid($"num_bits {bits} or axis {axis} is out of range for an input of shape {x.Shape}");
                }

                for (int end = 1; end <= 2 && end < context.InputCount && axis < 0 && node.Bool("range_given"); end++)
                {
                    if (context.Input(end).LongCount != 1)
                    {
                        throw Failure.Invalid($"{node.Schema.Definition.InputArg[end].Name} must be a scalar, not of shape {context.Input(end).Shape}.");
                    }
                }

                (int outer, int count, int inner) = axis < 0 ? (1, 1, x.Count) : UniqueKernels.Extent(x.Dimensions, (int)axis);
                Span<T> y = context.Allocate(0, x.Dimensions).Span<T>();
                for (int channel = 0; channel < count; channel++)
                {
                    (T min, T max) = Range(context, x.Span<T>(), (outer, count, inner), channel);
                    Grid<T> grid = new(node, (int)bits, min, max);
                    for (int o = 0; o < outer; o++)
                    {
                        Range part = ((o * count + channel) * inner)..((o * count + channel + 1) * inner);
                        grid.Apply(x.Span<T>()[part], y[part]);
                    }
                }
            };
        }

        private static (T Min, T Max) Range<T>(KernelContext context, ReadOnlySpan<T> x, (int Outer, int Count, int Inner) extent, int channel)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            if (context.Node.Bool("range_given"))
            {
                (T low, T high) = context.InputCount > 1
                    ? (End(context.Input(1), channel), End(context.Input(2), channel))
                    : (T.CreateTruncating(context.Node.Float("input_min")), T.CreateTruncating(context.Node.Float("input_max")));
                return low <= high ? (low, high) : throw Failure.Invalid($"Invalid range: input_min {low} > input_max {high}");
            }

            (T min, T max) = (T.MaxValue, T.MinValue);
            for (int o = 0; o < extent.Outer; o++)
            {
                foreach (T value in x.Slice((o * extent.Count + channel) * extent.Inner, extent.Inner))
                {
                    min = value < min ? value : min;
                    max = value > max ? value : max;
                }
            }

            return (min, max);

            static T End(Value ends, int channel) => ends.LongCount == 0 ? T.Zero : ends.Span<T>()[ends.Count > 1 ? channel : 0];
        }
    }

    // The gradient of what lies in the range passes; that of the range's ends is 0.
    private readonly struct Inside : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            long axis = node.Int("axis");
            return context =>
            {
                Value gradient = context.Input(0), x = context.Input(1), low = context.Input(2), high = context.Input(3);
                if (axis < -1 || axis >= x.Rank || !gradient.Dimensions.SequenceEqual(x.Dimensions))
                {
                    throw Failure.Invalid($"gradient {gradient.Shape} and input {x.Shape} must be equal in size and have the axis {axis}");
                }

                (int outer, int count, int inner) = axis < 0 ? (1, 1, x.Count) : UniqueKernels.Extent(x.Dimensions, (int)axis);
                if (low.LongCount != count || high.LongCount != count)
                {
                    throw Failure.Invalid($"input_min and input_max must have {count} elements, not {low.Shape} and {high.Shape}");
                }

                Span<T> result = context.Allocate(0, x.Dimensions).Span<T>();
                context.Allocate(1, low.Dimensions).Span<T>().Clear();
                context.Allocate(2, high.Dimensions).Span<T>().Clear();
                for (int i = 0; i < result.Length; i++)
                {
                    int slice = i / inner % count;
                    bool inside = x.Span<T>()[i] >= low.Span<T>()[slice] && x.Span<T>()[i] <= high.Span<T>()[slice];
                    result[i] = inside ? gradient.Span<T>()[i] : T.Zero * gradient.Span<T>()[i];
                }
            };
        }
    }

    // The steps lie so that 0 is one of them, and the wider side of the range uses all of its own.
    private readonly struct Grid<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly T _scale, _inverse, _min, _max;
        private readonly bool _toEven, _clips;

        public Grid(GraphOperation node, int bits, T min, T max)
        {
            bool signed = node.Bool("signed_input");
            bool narrow = node.Attributes.ContainsKey("narrow_range") && node.Bool("narrow_range");
            long first = signed ? -(1L << (bits - 1)) + (narrow ? 1 : 0) : 0, last = signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
            (T lowest, T highest) = (T.CreateTruncating(first), T.CreateTruncating(last));
            T fromMin = lowest * min > T.Zero ? lowest / min : T.CreateTruncating(float.MaxValue);
            T fromMax = highest * max > T.Zero ? highest / max : T.CreateTruncating(float.MaxValue);
            if (fromMin < fromMax)
            {
                (_scale, _inverse) = (fromMin, min / lowest);
                max = highest * _inverse;
            }
            else
            {
                (_scale, _inverse) = (fromMax, max / highest);
                min = lowest * _inverse;
            }

            (_min, _max) = (min, max);
            _clips = node.Bool("range_given");
            _toEven = !node.Attributes.ContainsKey("round_mode") || node.String("round_mode") == "HALF_TO_EVEN";
        }

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            T half = T.CreateTruncating(0.5);
            for (int i = 0; i < y.Length; i++)
            {
                T value = _clips ? T.Min(T.Max(x[i], _min), _max) : x[i];
                y[i] = (_toEven ? T.Round(value * _scale, MidpointRounding.ToEven) : T.Floor(value * _scale + half)) * _inverse;
            }
        }
    }
}
