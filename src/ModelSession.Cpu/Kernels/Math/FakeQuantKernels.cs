using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Numbers rounded to few bits and back, and the gradients that pass inside the range.</summary>
internal static class FakeQuantKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("FakeQuantWithMinMaxArgs", (node, _) => Args(node, gradient: false));
        table.Add("FakeQuantWithMinMaxArgsGradient", (node, _) => Args(node, gradient: true));
        table.Add("FakeQuantWithMinMaxVars", (node, _) => Variables(node, perChannel: false));
        table.Add("FakeQuantWithMinMaxVarsGradient", (node, _) => VariablesGradient(node, perChannel: false));
        table.Add("FakeQuantWithMinMaxVarsPerChannel", (node, _) => Variables(node, perChannel: true));
        table.Add("FakeQuantWithMinMaxVarsPerChannelGradient", (node, _) => VariablesGradient(node, perChannel: true));
    }

    /// <summary>A range moved so that 0 is one of its steps.</summary>
    private readonly struct Steps
    {
        private readonly float _scale;

        public Steps(GraphOperation node, float min, float max)
        {
            float last = (1 << (int)node.Int("num_bits")) - 1, first = node.Bool("narrow_range") ? 1 : 0;
            _scale = (max - min) / (last - first);
            float zero = first - min / _scale;
            zero = zero < first ? first : zero > last ? last : MathF.Round(zero, MidpointRounding.AwayFromZero);
            (Min, Max) = ((first - zero) * _scale, (last - zero) * _scale);
        }

        public float Min { get; }

        public float Max { get; }

        public float Round(float x)
        {
            float shifted = System.Math.Clamp(x, Min, Max) - Min;
            return MathF.Floor(shifted / _scale + 0.5f) * _scale + Min;
        }

        public bool Contains(float x) => x >= Min && x <= Max;
    }

    private static Kernel Args(GraphOperation node, bool gradient)
    {
        (float min, float max) = (node.Float("min"), node.Float("max"));
        if (!(min < max) || node.Int("num_bits") is < 2 or > 16)
        {
            throw new EngineException(StatusCode.InvalidArgument, $"min has to be smaller than max, was: {min} >= {max}; num_bits must be 2 to 16, was {node.Int("num_bits")}", node.Name);
        }

        Steps steps = new(node, min, max);
        return context =>
        {
            Value x = context.Input(gradient ? 1 : 0), first = context.Input(0);
            if (!first.Dimensions.SequenceEqual(x.Dimensions))
            {
                throw Failure.Invalid($"gradient and input must be the same size: {first.Shape} and {x.Shape}");
            }

            Span<float> y = context.Allocate(0, x.Dimensions).Span<float>(), source = x.Span<float>();
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = !gradient ? steps.Round(source[i]) : steps.Contains(source[i]) ? first.Span<float>()[i] : 0;
            }
        };
    }

    private static Steps[] Ranges(KernelContext context, int min, Value x, bool perChannel)
    {
        Value lows = context.Input(min), highs = context.Input(min + 1);
        long channels = perChannel && x.Rank > 0 ? x.Dimensions[^1] : 1;
        if (lows.LongCount != channels || highs.LongCount != channels || (perChannel && x.Rank == 0))
        {
            throw Failure.Invalid($"min and max have incorrect size, expected {channels} got {lows.Shape} and {highs.Shape}");
        }

        Steps[] ranges = new Steps[channels];
        for (int i = 0; i < ranges.Length; i++)
        {
            (float low, float high) = (lows.Span<float>()[i], highs.Span<float>()[i]);
            // An empty range rounds everything to 0.
            ranges[i] = low == 0 && high == 0 ? default : new Steps(context.Node, low, high);
        }

        return ranges;
    }

    private static Kernel Variables(GraphOperation node, bool perChannel) => context =>
    {
        Value x = context.Input(0);
        Steps[] ranges = Ranges(context, 1, x, perChannel);
        Span<float> y = context.Allocate(0, x.Dimensions).Span<float>();
        for (int i = 0; i < y.Length; i++)
        {
            Steps steps = ranges[i % ranges.Length];
            y[i] = steps.Min == steps.Max ? 0 : steps.Round(x.Span<float>()[i]);
        }
    };

    // What lies outside moves the ends of the range.
    private static Kernel VariablesGradient(GraphOperation node, bool perChannel) => context =>
    {
        Value dy = context.Input(0), x = context.Input(1);
        if (!dy.Dimensions.SequenceEqual(x.Dimensions))
        {
            throw Failure.Invalid($"gradient and input must be the same size: {dy.Shape} and {x.Shape}");
        }

        Steps[] ranges = Ranges(context, 2, x, perChannel);
        Span<float> dx = context.Allocate(0, x.Dimensions).Span<float>();
        Span<float> dMin = context.Allocate(1, context.Input(2).Dimensions).Span<float>(), dMax = context.Allocate(2, context.Input(3).Dimensions).Span<float>();
        dMin.Clear();
        dMax.Clear();
        for (int i = 0; i < dx.Length; i++)
        {
            int channel = i % ranges.Length;
            (Steps steps, float value, float gradient) = (ranges[channel], x.Span<float>()[i], dy.Span<float>()[i]);
            bool inside = steps.Contains(value) || steps.Min == steps.Max;
            dx[i] = inside ? gradient : 0;
            dMin[channel] += !inside && value < steps.Min ? gradient : 0;
            dMax[channel] += !inside && value > steps.Max ? gradient : 0;
        }
    };
}
