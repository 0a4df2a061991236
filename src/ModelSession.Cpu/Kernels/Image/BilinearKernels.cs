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
    internal readonly record struct Pair(int Lower, int Upper, float Part) : ISamples<Pair>
    {
        public static Pair At(float place, int size, SampleRule rule)
        {
            float floor = MathF.Floor(place);
            int lower = (int)System.Math.Clamp((long)floor, 0, size - 1), upper = (int)System.Math.Clamp((long)MathF.Ceiling(place), 0, size - 1);
            return new Pair(lower, upper, place - floor);
        }
    }

    /// <summary>Images (input 0) resized (to input 1), as floats.</summary>
    /// <param name="context">The run.</param>
    /// <param name="rule">Where pixels lie.</param>
    /// <param name="allocate">Gives memory of a shape.</param>
    public static Value Run<T>(KernelContext context, SampleRule rule, Func<long[], Value> allocate)
        where T : unmanaged, INumber<T>
    {
        ResizeFrame<Pair> frame = ResizeFrame<Pair>.Of(context, rule);
        Value result = allocate([frame.Shape.Batch, frame.Shape.OutHeight, frame.Shape.OutWidth, frame.Shape.Channels]);
        context.Workers.For(frame.Shape.Batch * frame.Shape.OutHeight, new Rows<T>(frame.Shape, context.Input(0).Span<T>(), result.Span<float>(), frame.Rows, frame.Columns));
        return result;
    }

    private readonly struct Resize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            SampleRule rule = SampleRule.Of(node);
            return context => Run<T>(context, rule, dimensions => context.Allocate(0, dimensions));
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
            return context => ResizeFrame<Pair>.Spread<T>(context, rule, Spread);
        }

        private static void Spread<T>(in ResizeShape shape, ReadOnlySpan<float> gradient, Span<T> image, Pair row, Pair column)
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
