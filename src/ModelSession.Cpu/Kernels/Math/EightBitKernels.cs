using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Nn;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Math;

/// <summary>Networks in eight bits (2016's <c>quantize_nodes</c>): each tensor comes with the range of floats that it stands for.</summary>
internal static class EightBitKernels
{
    private static readonly TypeSet s_bytes = TypeSet.Of(DType.QUInt8);
    private static readonly TypeSet s_sums = TypeSet.Of(DType.QInt32);

    public static void Register(KernelTable table)
    {
        table.Add("QuantizeDownAndShrinkRange", "Tinput", s_sums, (_, _) => ShrinkRange);
        table.Add("QuantizedConv2D", "Tinput", s_bytes, Convolve);
        table.Add("QuantizedMatMul", "T1", s_bytes, Multiply);
        table.Add("QuantizedRelu", "Tinput", s_bytes, (_, _) => context => Clip(context, float.PositiveInfinity));
        table.Add("QuantizedRelu6", "Tinput", s_bytes, (_, _) => context => Clip(context, 6));
        table.Add("RequantizationRange", "Tinput", s_sums, (_, _) => UsedRange);
        table.Add("Requantize", "out_type", s_bytes, (_, _) => Requantize);
    }

    private static float End(KernelContext context, int input)
    {
        Value value = context.Input(input);
        return value.LongCount == 1
            ? value.Span<float>()[0]
            : throw Failure.Invalid($"{context.Node.Schema.Definition.InputArg[input].Name} must be a scalar, not of shape {value.Shape}");
    }

    private static void WriteRange(KernelContext context, int output, float low, float high)
    {
        context.Allocate(output, []).Span<float>()[0] = low;
        context.Allocate(output + 1, []).Span<float>()[0] = high;
    }

    // A product's step stands for the product of the steps.
    private static void WriteProductRange(KernelContext context, QuantizedRange<byte> a, QuantizedRange<byte> b)
    {
        float step = a.Step * b.Step;
        WriteRange(context, 1, step * int.MinValue, step * int.MaxValue);
    }

    // Counted from the value that stands for 0.
    private static Span<int> Centred(KernelContext context, int input, QuantizedRange<byte> range)
    {
        ReadOnlySpan<byte> values = context.Input(input).Span<byte>();
        Span<int> centred = context.Scratch<int>(values.Length);
        int zero = (int)System.Math.Clamp(range.Unclamped(0), int.MinValue / 2, int.MaxValue / 2);
        for (int i = 0; i < values.Length; i++)
        {
            centred[i] = values[i] - zero;
        }

        return centred;
    }

    private static Kernel Multiply(GraphOperation node, CpuSession session)
    {
        bool transposeA = node.Bool("transpose_a"), transposeB = node.Bool("transpose_b");
        return context =>
        {
            Value a = context.Input(0), b = context.Input(1);
            QuantizedRange<byte> rangeA = new(End(context, 2), End(context, 3)), rangeB = new(End(context, 4), End(context, 5));
            if (a.Rank != 2 || b.Rank != 2 || a.Dimensions[transposeA ? 0 : 1] != b.Dimensions[transposeB ? 1 : 0])
            {
                throw Failure.Invalid($"Matrix size-compatible: In[0]: {a.Shape}, In[1]: {b.Shape}");
            }

            int m = (int)a.Dimensions[transposeA ? 1 : 0], n = (int)b.Dimensions[transposeB ? 0 : 1], k = (int)a.Dimensions[transposeA ? 0 : 1];
            Span<int> x = Centred(context, 0, rangeA), y = Centred(context, 1, rangeB);
            Span<int> product = context.Allocate(0, [m, n]).Span<int>();
            Gemm.Multiply(new GemmShape(m, n, k, transposeA, transposeB), x, y, product, default, context.Workers, context.Workspace);
            WriteProductRange(context, rangeA, rangeB);
        };
    }

    private static Kernel Convolve(GraphOperation node, CpuSession session)
    {
        WindowSpec window = new(node);
        return node.DType("Tfilter") != DType.QUInt8
            ? throw new UnsupportedFeatureException($"Node '{node.Name}' ({node.Type}) has a filter of {node.DType("Tfilter").Name()}.", $"{node.Type} (Tfilter={node.DType("Tfilter").Name()})")
            : context =>
            {
                Value input = context.Input(0), filter = context.Input(1);
                QuantizedRange<byte> ofInput = new(End(context, 2), End(context, 3)), ofFilter = new(End(context, 4), End(context, 5));
                ConvolutionGeometry geometry = ConvolutionKernels.Geometry(window, input.Dimensions, filter.Dimensions);
                Span<int> x = Centred(context, 0, ofInput), w = Centred(context, 1, ofFilter);
                Value result = context.Allocate(0, [geometry.Batch, geometry.Rows.Output, geometry.Columns.Output, geometry.OutputChannels]);
                Convolution.Forward(geometry, x, w, result.Span<int>(), default, context.Workers, context.Workspace);
                WriteProductRange(context, ofInput, ofFilter);
            };
    }

    private static void Clip(KernelContext context, float most)
    {
        QuantizedRange<byte> range = new(End(context, 1), End(context, 2));
        byte low = range.Quantize(0), high = float.IsInfinity(most) ? byte.MaxValue : range.Quantize(most);
        Value x = context.Input(0);
        Span<byte> y = context.Allocate(0, x.Dimensions).Span<byte>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = System.Math.Min(System.Math.Max(x.Span<byte>()[i], low), high);
        }

        WriteRange(context, 1, range.Low, range.High);
    }

    // What the values in use stand for, 0 included below.
    private static (float Low, float High) Used(KernelContext context)
    {
        QuantizedRange<int> range = new(End(context, 1), End(context, 2));
        (int least, int most) = (int.MaxValue, int.MinValue);
        foreach (int value in context.Input(0).Span<int>())
        {
            (least, most) = (System.Math.Min(least, value), System.Math.Max(most, value));
        }

        return (MathF.Min(0, range.ToFloat(least)), range.ToFloat(most));
    }

    private static void UsedRange(KernelContext context)
    {
        (float low, float high) = Used(context);
        WriteRange(context, 0, low, high);
    }

    private static void ShrinkRange(KernelContext context)
    {
        (float low, float high) = Used(context);
        Narrow(context, low, high);
    }

    private static void Requantize(KernelContext context)
    {
        float low = End(context, 3), high = End(context, 4);
        if (!(low <= 0) || !(high >= low))
        {
            throw Failure.Invalid($"requested_output_min must be <= 0 and requested_output_max >= requested_output_min, but got {low} and {high}");
        }

        Narrow(context, low, high);
    }

    // In fixed point, as TensorFlow does for this pair of types.
    private static void Narrow(KernelContext context, float low, float high)
    {
        const int shift = 16;
        float inputLow = End(context, 1), inputHigh = End(context, 2);
        float inputRange = inputHigh - inputLow, outputRange = high - low;
        float reciprocal = outputRange == 0 ? 0 : (float)(255.0 / outputRange), middle = (float)((inputLow + inputHigh) / 2.0);
        long scale = outputRange == 0 ? 0 : (long)(255.0 * (1 << shift) * inputRange / outputRange);
        long inputOffset = (long)(middle * reciprocal * (1 << shift));
        long outputOffset = outputRange == 0 ? 0 : (long)((1 << shift) * (low * 255.0) / outputRange);
        ReadOnlySpan<int> x = context.Input(0).Span<int>();
        Span<byte> y = context.Allocate(0, context.Input(0).Dimensions).Span<byte>();
        for (int i = 0; i < y.Length; i++)
        {
            long value = unchecked(((x[i] * scale) >> 32) + inputOffset - outputOffset + (1 << (shift - 1)));
            y[i] = (byte)System.Math.Clamp(value >> shift, 0, 255);
        }

        WriteRange(context, 1, low, high);
    }
}
