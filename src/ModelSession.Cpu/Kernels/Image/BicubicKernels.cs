using System.Numerics;
using System.Runtime.Intrinsics;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images resized with weights of the sixteen nearest pixels.</summary>
internal static class BicubicKernels
{
    private const int TableSize = 1 << 10;

    private static readonly float[] s_plain = Weights(-0.75);
    private static readonly float[] s_keys = Weights(-0.5);

    public static void Register(KernelTable table)
    {
        table.Numbers<Resize>("ResizeBicubic", TypeSet.Numbers);
        table.Floats<Gradient>("ResizeBicubicGrad", TypeSet.Wide);
    }

    // Of a distance from 0 to 1, and of that distance plus 1, side by side.
    private static float[] Weights(double a)
    {
        float[] weights = new float[(TableSize + 1) * 2];
        for (int i = 0; i <= TableSize; i++)
        {
            float x = (float)(i * 1.0 / TableSize);
            weights[2 * i] = (float)(((a + 2) * x - (a + 3)) * x * x + 1);
            x += 1f;
            weights[2 * i + 1] = (float)(((a * x - 5 * a) * x + 8 * a) * x - 4 * a);
        }

        return weights;
    }

    // Four neighbours and their weights.
    private struct Taps : ISamples<Taps>
    {
        public Vector128<int> Places;
        public Vector4 Weights;

        // Only weights of the rule with half pixels leave out what is outside; the other repeats the edge.
        public static Taps At(float place, int size, SampleRule rule)
        {
            bool halfPixels = rule.HalfPixels;
            long first = (long)MathF.Floor(place);
            float delta = place - first;
            int offset = (int)MathF.Round(delta * TableSize);
            float[] table = halfPixels ? s_keys : s_plain;
            Span<float> weights = [table[2 * offset + 1], table[2 * offset], table[2 * (TableSize - offset)], table[2 * (TableSize - offset) + 1]];
            Span<int> places = stackalloc int[4];
            float sum = 0;
            for (int i = 0; i < 4; i++)
            {
                long at = first - 1 + i;
                places[i] = (int)System.Math.Clamp(at, 0, size - 1);
                weights[i] = halfPixels && places[i] != at ? 0 : weights[i];
                sum += weights[i];
            }

            Vector4 scaled = new(weights);
            if (halfPixels && MathF.Abs(sum) >= 1000f * 1.17549435e-38f)
            {
                scaled *= 1 / sum;
            }

            return new Taps { Places = Vector128.Create<int>(places), Weights = scaled };
        }
    }

    private readonly struct Resize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            SampleRule rule = SampleRule.Of(node);
            return context =>
            {
                ResizeFrame<Taps> frame = ResizeFrame<Taps>.Of(context, rule);
                context.Workers.For(frame.Shape.Batch * frame.Shape.OutHeight, new Rows<T>(frame.Shape, context.Input(0).Span<T>(), frame.Allocate(context), frame.Rows, frame.Columns));
            };
        }
    }

    private readonly ref struct Rows<T>(ResizeShape shape, ReadOnlySpan<T> images, Span<float> result, ReadOnlySpan<Taps> rows, ReadOnlySpan<Taps> columns) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly ReadOnlySpan<T> _images = images;
        private readonly Span<float> _result = result;
        private readonly ReadOnlySpan<Taps> _rows = rows, _columns = columns;

        public void Run(int index, int slot)
        {
            int channels = shape.Channels, at = index * shape.OutRowLength;
            Taps row = _rows[index % shape.OutHeight];
            ReadOnlySpan<T> image = _images.Slice(index / shape.OutHeight * shape.ImageLength, shape.ImageLength);
            foreach (Taps column in _columns)
            {
                for (int c = 0; c < channels; c++, at++)
                {
                    float sum = 0;
                    for (int i = 0; i < 4; i++)
                    {
                        int x = column.Places[i], mixed = x * channels + c, length = shape.Width * channels;
                        float down = float.CreateTruncating(image[row.Places[0] * length + mixed]) * row.Weights[0]
                            + float.CreateTruncating(image[row.Places[1] * length + mixed]) * row.Weights[1]
                            + float.CreateTruncating(image[row.Places[2] * length + mixed]) * row.Weights[2]
                            + float.CreateTruncating(image[row.Places[3] * length + mixed]) * row.Weights[3];
                        sum += down * column.Weights[i];
                    }

                    _result[at] = sum;
                }
            }
        }
    }

    private readonly struct Gradient : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            SampleRule rule = SampleRule.Of(node);
            return context => ResizeFrame<Taps>.Spread<T>(context, rule, Spread);
        }

        private static void Spread<T>(in ResizeShape shape, ReadOnlySpan<float> gradient, Span<T> image, Taps row, Taps column)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < 4; i++)
            {
                for (int j = 0; j < 4; j++)
                {
                    int at = (row.Places[i] * shape.Width + column.Places[j]) * shape.Channels;
                    float weight = row.Weights[i] * column.Weights[j];
                    for (int c = 0; c < gradient.Length; c++)
                    {
                        image[at + c] += T.CreateTruncating(gradient[c] * weight);
                    }
                }
            }
        }
    }
}
