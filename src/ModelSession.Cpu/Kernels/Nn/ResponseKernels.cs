using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Nn;

/// <summary>Local response normalisation: each channel by the squares of its neighbours.</summary>
internal static class ResponseKernels
{
    public static void Register(KernelTable table)
    {
        table.Floats<Forward>("LRN", TypeSet.Narrow | TypeSet.Float32);
        table.Floats<Backward>("LRNGrad", TypeSet.Narrow | TypeSet.Float32);
    }

    private static void Check(Value x)
    {
        if (x.Rank != 4)
        {
            throw Failure.Invalid($"in must be 4-dimensional, not {x.Shape}");
        }
    }

    private readonly struct Neighbours<T>(GraphOperation node)
        where T : IFloatingPointIeee754<T>
    {
        private readonly int _radius = (int)System.Math.Clamp(node.Int("depth_radius"), 0, int.MaxValue / 4);

        public T Bias { get; } = T.CreateTruncating(node.Float("bias"));

        public T Alpha { get; } = T.CreateTruncating(node.Float("alpha"));

        public T Beta { get; } = T.CreateTruncating(node.Float("beta"));

        public Range Of(int channel, int channels) => System.Math.Max(0, channel - _radius)..System.Math.Min(channels, channel + _radius + 1);

        public T Norm(ReadOnlySpan<T> pixel, int channel)
        {
            T sum = T.Zero;
            foreach (T value in pixel[Of(channel, pixel.Length)])
            {
                sum += value * value;
            }

            return Bias + Alpha * sum;
        }
    }

    private readonly struct Forward : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            Neighbours<T> neighbours = new(node);
            return context =>
            {
                Value x = context.Input(0);
                Check(x);
                int channels = (int)x.Dimensions[3];
                Span<T> y = context.Allocate(0, x.Dimensions).Span<T>();
                if (y.Length > 0)
                {
                    context.Workers.ForRange(y.Length / channels, System.Math.Max(1, 4096 / channels), new Pixels<T>(neighbours, channels, x.Span<T>(), y));
                }
            };
        }
    }

    private readonly ref struct Pixels<T>(Neighbours<T> neighbours, int channels, ReadOnlySpan<T> x, Span<T> y) : IRangeBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _x = x;
        private readonly Span<T> _y = y;

        public void Run(long start, long length)
        {
            for (long i = start; i < start + length; i++)
            {
                ReadOnlySpan<T> pixel = _x.Slice((int)i * channels, channels);
                Span<T> result = _y.Slice((int)i * channels, channels);
                for (int c = 0; c < channels; c++)
                {
                    result[c] = pixel[c] * T.Pow(neighbours.Norm(pixel, c), -neighbours.Beta);
                }
            }
        }
    }

    private readonly struct Backward : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            Neighbours<T> neighbours = new(node);
            return context =>
            {
                Value dy = context.Input(0), x = context.Input(1), y = context.Input(2);
                Check(x);
                if (!dy.Dimensions.SequenceEqual(x.Dimensions) || !y.Dimensions.SequenceEqual(x.Dimensions))
                {
                    throw Failure.Invalid($"input_grads, input_image, and out_image should have the same shape: {dy.Shape}, {x.Shape}, {y.Shape}");
                }

                int channels = (int)x.Dimensions[3];
                Span<T> dx = context.Allocate(0, x.Dimensions).Span<T>();
                if (dx.Length > 0)
                {
                    context.Workers.ForRange(
                        dx.Length / channels, System.Math.Max(1, 1024 / channels), new PixelGradients<T>(neighbours, channels, dy.Span<T>(), x.Span<T>(), y.Span<T>(), dx));
                }
            };
        }
    }

    private readonly ref struct PixelGradients<T>(
        Neighbours<T> neighbours, int channels, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> dx) : IRangeBody
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _dy = dy;
        private readonly ReadOnlySpan<T> _x = x;
        private readonly ReadOnlySpan<T> _y = y;
        private readonly Span<T> _dx = dx;

        public void Run(long start, long length)
        {
            T factor = T.CreateTruncating(-2) * neighbours.Alpha * neighbours.Beta;
            for (long i = start; i < start + length; i++)
            {
                int at = (int)i * channels;
                ReadOnlySpan<T> pixel = _x.Slice(at, channels);
                Span<T> gradient = _dx.Slice(at, channels);
                gradient.Clear();
                for (int c = 0; c < channels; c++)
                {
                    T norm = neighbours.Norm(pixel, c), shared = factor * _y[at + c] / norm * _dy[at + c];
                    (int first, int count) = neighbours.Of(c, channels).GetOffsetAndLength(channels);
                    for (int k = first; k < first + count; k++)
                    {
                        gradient[k] += pixel[k] * shared;
                    }

                    gradient[c] += T.Pow(norm, -neighbours.Beta) * _dy[at + c];
                }
            }
        }
    }
}
