using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images resized by taking the nearest pixel.</summary>
internal static class NearestKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Resize>("ResizeNearestNeighbor");
        table.Numbers<Gradient>("ResizeNearestNeighborGrad", TypeSet.Numbers);
    }

    private readonly struct Resize : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            SampleRule rule = SampleRule.Of(node);
            return context =>
            {
                ResizeShape shape = ResizeShape.Of(context);
                Span<T> result = context.Allocate(0, [shape.Batch, shape.OutHeight, shape.OutWidth, shape.Channels]).Elements<T>();
                ReadOnlySpan<T> images = context.Input(0).Elements<T>();
                float down = rule.Scale(shape.Height, shape.OutHeight), across = rule.Scale(shape.Width, shape.OutWidth);
                for (int i = 0, at = 0; i < shape.Batch * shape.OutHeight; i++)
                {
                    int row = (i / shape.OutHeight * shape.Height + (int)rule.Nearest(i % shape.OutHeight, down, shape.Height)) * shape.Width;
                    for (int x = 0; x < shape.OutWidth; x++, at += shape.Channels)
                    {
                        int from = (row + (int)rule.Nearest(x, across, shape.Width)) * shape.Channels;
                        images.Slice(from, shape.Channels).CopyTo(result[at..]);
                    }
                }
            };
        }
    }

    private readonly struct Gradient : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            SampleRule rule = SampleRule.Of(node);
            return context =>
            {
                Value gradient = context.Input(0);
                if (gradient.Rank != 4 || gradient.Dimensions[1] == 0 || gradient.Dimensions[2] == 0)
                {
                    throw Failure.Invalid($"input must be 4-dimensional and not empty, not {gradient.Shape}");
                }

                (long height, long width) = ResizeShape.Size(context.Input(1));
                if (height <= 0 || width <= 0)
                {
                    throw Failure.Invalid($"shape_t's elements must be positive, not {height} and {width}");
                }

                ReadOnlySpan<long> size = gradient.Dimensions;
                Spread(gradient.Span<T>(), size, context.Allocate(0, [size[0], height, width, size[3]]), rule);
            };
        }

        private static void Spread<T>(ReadOnlySpan<T> gradient, ReadOnlySpan<long> size, Value result, SampleRule rule)
            where T : unmanaged, INumber<T>
        {
            Span<T> image = result.Span<T>();
            image.Clear();
            (int height, int width, int channels) = ((int)result.Dimensions[1], (int)result.Dimensions[2], (int)size[3]);
            float down = rule.Scale(height, size[1]), across = rule.Scale(width, size[2]);
            int at = 0;
            for (long i = 0; i < size[0] * size[1]; i++)
            {
                int row = (int)(i / size[1]) * height + (int)rule.Nearest(i % size[1], down, height);
                for (long x = 0; x < size[2]; x++)
                {
                    int to = (row * width + (int)rule.Nearest(x, across, width)) * channels;
                    for (int c = 0; c < channels; c++)
                    {
                        image[to + c] += gradient[at++];
                    }
                }
            }
        }
    }
}
