using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images resized by the mean over the area that a pixel covers.</summary>
internal static class AreaKernels
{
    public static void Register(KernelTable table) => table.Numbers<Resize>("ResizeArea", TypeSet.Numbers);

    // Pixels from Start to End; the first and the last are covered in part.
    private readonly record struct Stretch(int Start, int End, float First, float Last)
    {
        public static Stretch At(int x, float scale)
        {
            float from = x * scale, to = (x + 1) * scale;
            int start = (int)MathF.Floor(from), end = (int)MathF.Ceiling(to);
            return new Stretch(start, end, Part(start, from, to, scale), Part(end - 1, from, to, scale));
        }

        public float Weight(int at) => at == Start ? First : at == End - 1 ? Last : 1;

        private static float Part(int at, float from, float to, float scale) =>
            at < from ? at + 1 > to ? scale : at + 1 - from : at + 1 > to ? to - at : 1;
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
                context.Workers.For(shape.Batch * shape.OutHeight, new Rows<T>(
                    shape, context.Input(0).Span<T>(), result.Span<float>(), Scale(rule, shape.Height, shape.OutHeight), Scale(rule, shape.Width, shape.OutWidth)));
            };
        }

        // A single pixel has no corners that are apart.
        private static float Scale(SampleRule rule, int from, int to) => from > 1 ? rule.Scale(from, to) : from / (float)to;
    }

    private readonly ref struct Rows<T>(ResizeShape shape, ReadOnlySpan<T> images, Span<float> result, float down, float across) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly ReadOnlySpan<T> _images = images;
        private readonly Span<float> _result = result;

        public void Run(int index, int slot)
        {
            Stretch rows = Stretch.At(index % shape.OutHeight, down);
            ReadOnlySpan<T> image = _images.Slice(index / shape.OutHeight * shape.ImageLength, shape.ImageLength);
            float scale = 1 / (down * across);
            for (int x = 0, at = index * shape.OutRowLength; x < shape.OutWidth; x++)
            {
                Stretch columns = Stretch.At(x, across);
                for (int c = 0; c < shape.Channels; c++, at++)
                {
                    _result[at] = Sum(image, rows, columns, c) * scale;
                }
            }
        }

        private float Sum(ReadOnlySpan<T> image, Stretch rows, Stretch columns, int channel)
        {
            float sum = 0;
            for (int y = rows.Start; y < rows.End; y++)
            {
                int row = System.Math.Clamp(y, 0, shape.Height - 1) * shape.Width;
                float line = 0;
                for (int x = columns.Start; x < columns.End; x++)
                {
                    int at = (row + System.Math.Clamp(x, 0, shape.Width - 1)) * shape.Channels + channel;
                    line += float.CreateTruncating(image[at]) * columns.Weight(x);
                }

                sum += line * rows.Weight(y);
            }

            return sum;
        }
    }
}
