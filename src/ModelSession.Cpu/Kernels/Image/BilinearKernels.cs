using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images resized with weights of the four nearest pixels.</summary>
internal static class BilinearKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Resize>("ResizeBilinear", TypeSet.Numbers);
        table.Floats<Gradient>("ResizeBilinearGrad", TypeSet.Floats);
    }

    /// <summary>Two neighbours, and how far the place is from the first.</summary>
    internal readonly record struct Pair(int Lower, int Upper, float Part)
    {
        public static Pair At(float place, int size)
        {
            float floor = MathF.Floor(place);
            int lower = (int)System.Math.Clamp((long)floor, 0, size - 1), upper = (int)System.Math.Clamp((long)MathF.Ceiling(place), 0, size - 1);
            return new Pair(lower, upper, place - floor);
        }

        public static void Fill(Span<Pair> pairs, SampleRule rule, int size)
        {
            float scale = rule.Scale(size, pairs.Length);
            for (int i = 0; i < pairs.Length; i++)
            {
                pairs[i] = At(rule.Place(i, scale), size);
            }
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
                ResizeShape shape = ResizeShape.Of(context);
                Value result = context.Allocate(0, [shape.Batch, shape.OutHeight, shape.OutWidth, shape.Channels]);
                Span<Pair> rows = context.Scratch<Pair>(shape.OutHeight), columns = context.Scratch<Pair>(shape.OutWidth);
                Pair.Fill(rows, rule, shape.Height);
                Pair.Fill(columns, rule, shape.Width);
                context.Workers.For(shape.Batch * shape.OutHeight, new Rows<T>(shape, context.Input(0).Span<T>(), result.Span<float>(), rows, columns));
            };
        }
    }

    private readonly ref struct Rows<T>(ResizeShape shape, ReadOnlySpan<T> images, Span<float> result, ReadOnlySpan<Pair> rows, ReadOnlySpan<Pair> columns) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly ReadOnlySpan<T> _images = images;
        private readonly Span<float> _result = result;
        private readonly ReadOnlySpan<Pair> _rows = rows, _columns = columns;

        public void Run(int index, int slot)
        {
            int channels = shape.Channels, length = shape.Width * channels;
            Pair row = _rows[index % shape.OutHeight];
            ReadOnlySpan<T> image = _images.Slice(index / shape.OutHeight * shape.ImageLength, shape.ImageLength);
            ReadOnlySpan<T> top = image.Slice(row.Lower * length, length), bottom = image.Slice(row.Upper * length, length);
            Span<float> target = _result.Slice(index * shape.OutRowLength, shape.OutRowLength);
            for (int x = 0, at = 0; x < _columns.Length; x++)
            {
                Pair column = _columns[x];
                int left = column.Lower * channels, right = column.Upper * channels;
                for (int c = 0; c < channels; c++, at++)
                {
                    float topLeft = float.CreateTruncating(top[left + c]), bottomLeft = float.CreateTruncating(bottom[left + c]);
                    float upper = topLeft + (float.CreateTruncating(top[right + c]) - topLeft) * column.Part;
                    float lower = bottomLeft + (float.CreateTruncating(bottom[right + c]) - bottomLeft) * column.Part;
                    target[at] = upper + (lower - upper) * row.Part;
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
            return context =>
            {
                ResizeShape shape = ResizeShape.OfGradient(context);
                Span<T> result = context.Allocate(0, context.Input(1).Dimensions).Span<T>();
                result.Clear();
                Span<Pair> rows = context.Scratch<Pair>(shape.OutHeight), columns = context.Scratch<Pair>(shape.OutWidth);
                Pair.Fill(rows, rule, shape.Height);
                Pair.Fill(columns, rule, shape.Width);
                ReadOnlySpan<float> gradient = context.Input(0).Span<float>();
                for (int b = 0, at = 0; b < shape.Batch; b++)
                {
                    Span<T> image = result.Slice(b * shape.ImageLength, shape.ImageLength);
                    foreach (Pair row in rows)
                    {
                        foreach (Pair column in columns)
                        {
                            Spread(shape, gradient.Slice(at, shape.Channels), image, row, column);
                            at += shape.Channels;
                        }
                    }
                }
            };
        }

        private static void Spread<T>(ResizeShape shape, ReadOnlySpan<float> gradient, Span<T> image, Pair row, Pair column)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int top = row.Lower * shape.Width, bottom = row.Upper * shape.Width;
            for (int c = 0; c < gradient.Length; c++)
            {
                float upper = gradient[c] * (1 - row.Part), lower = gradient[c] * row.Part;
                image[(top + column.Lower) * shape.Channels + c] += T.CreateTruncating(upper * (1 - column.Part));
                image[(top + column.Upper) * shape.Channels + c] += T.CreateTruncating(upper * column.Part);
                image[(bottom + column.Lower) * shape.Channels + c] += T.CreateTruncating(lower * (1 - column.Part));
                image[(bottom + column.Upper) * shape.Channels + c] += T.CreateTruncating(lower * column.Part);
            }
        }
    }
}
