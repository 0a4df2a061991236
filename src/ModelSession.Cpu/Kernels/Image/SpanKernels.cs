using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images scaled and moved, with a filter of the caller's choice.</summary>
internal static class SpanKernels
{
    private const float Pi = 3.14159265359f;

    public static void Register(KernelTable table)
    {
        table.Numbers<Resize>("ScaleAndTranslate", TypeSet.Numbers);
        table.Add("ScaleAndTranslateGrad", "T", TypeSet.Float32, Gradient);
    }

    private readonly record struct Filter(float Radius, Func<float, float> Weight)
    {
        public static Filter Of(GraphOperation node) => node.String("kernel_type") switch
        {
            "lanczos1" => Lanczos(1),
            "lanczos3" => Lanczos(3),
            "lanczos5" => Lanczos(5),
            "gaussian" => new Filter(1.5f, x => MathF.Abs(x) >= 1.5f ? 0 : MathF.Exp(-x * x / (2 * 0.5f * 0.5f))),
            "box" => new Filter(1, x => MathF.Abs(x) < 0.5f ? 1 : MathF.Abs(x) == 0.5f ? 0.5f : 0),
            "triangle" => new Filter(1, x => MathF.Abs(x) < 1 ? 1 - MathF.Abs(x) : 0),
            "keyscubic" => new Filter(2, x => Cubic(MathF.Abs(x), 1.5f, -2.5f, 1, -0.5f, 2.5f, -4, 2)),
            "mitchellcubic" => new Filter(2, x => Cubic(MathF.Abs(x), 7f / 6, -2, 8f / 9, -7f / 18, 2, -10f / 3, 16f / 9)),
            string other => throw new EngineException(StatusCode.InvalidArgument, $"Unrecognized kernel type: {other}", node.Name),
        };

        private static Filter Lanczos(float radius) => new(radius, x =>
        {
            x = MathF.Abs(x);
            return x > radius ? 0 : x <= 1e-3f ? 1 : radius * MathF.Sin(Pi * x) * MathF.Sin(Pi * x / radius) / (Pi * Pi * x * x);
        });

        private static float Cubic(float x, float a3, float a2, float a0, float b3, float b2, float b1, float b0) =>
            x >= 2 ? 0 : x >= 1 ? ((b3 * x + b2) * x + b1) * x + b0 : (a3 * x + a2) * x * x + a0;
    }

    // The weights of an axis: for each place of the result some pixels in a row.
    private readonly ref struct Spans(Span<int> starts, Span<float> weights, int size, int limit)
    {
        public readonly Span<int> Starts = starts;
        public readonly Span<float> Weights = weights;
        public readonly int Size = size;
        public readonly int Limit = limit;

        public static Spans Of(KernelContext context, Filter filter, bool antialias, int to, int from, float scale, float translate)
        {
            float inverse = (float)(1.0 / scale), shift = -inverse * translate, stretch = antialias ? MathF.Max(inverse, 1) : 1;
            int size = (int)System.Math.Min(2 * System.Math.Ceiling((double)(filter.Radius * stretch)) + 1, from);
            Span<int> starts = context.Scratch<int>(to);
            Span<float> weights = context.Scratch<float>(checked(to * size));
            starts.Clear();
            weights.Clear();
            for (int x = 0; x < to; x++)
            {
                float place = (x + 0.5f) * inverse + shift;
                if (!(place >= 0 && place <= from))
                {
                    continue;
                }

                long first = System.Math.Clamp((long)MathF.Ceiling(place - filter.Radius * stretch - 0.5f), 0, from - 1);
                long last = System.Math.Clamp((long)MathF.Floor(place + filter.Radius * stretch - 0.5f), 0, from - 1);
                Weigh(weights.Slice(x * size, (int)System.Math.Min(last - first + 1, size)), filter, first, place, 1 / stretch);
                starts[x] = (int)first;
            }

            return new Spans(starts, weights, size, from);
        }

        private static void Weigh(Span<float> weights, Filter filter, long first, float place, float scale)
        {
            float sum = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = filter.Weight((first + i + 0.5f - place) * scale);
                sum += weights[i];
            }

            float factor = MathF.Abs(sum) >= 1000f * 1.17549435e-38f ? 1 / sum : 0;
            foreach (ref float weight in weights)
            {
                weight *= factor;
            }
        }
    }

    // target[x] += the pixels of its span, each weighted; or, backwards, the pixels += target[x].
    private static void Apply(Spans spans, ReadOnlySpan<float> source, Span<float> target, int inner, bool backwards)
    {
        for (int x = 0; x < spans.Starts.Length; x++)
        {
            for (int i = 0; i < spans.Size && spans.Starts[x] + i < spans.Limit; i++)
            {
                float weight = spans.Weights[x * spans.Size + i];
                if (weight == 0)
                {
                    continue;
                }

                (int from, int to) = (spans.Starts[x] + i, x);
                (from, to) = backwards ? (to, from) : (from, to);
                ReadOnlySpan<float> pixels = source.Slice(from * inner, inner);
                Span<float> sums = target.Slice(to * inner, inner);
                for (int c = 0; c < inner; c++)
                {
                    sums[c] += pixels[c] * weight;
                }
            }
        }
    }

    private static (float Down, float Across) Pair(Value value, string what) => value.Rank == 1 && value.LongCount == 2
        ? (value.Span<float>()[0], value.Span<float>()[1])
        : throw Failure.Invalid($"{what} must be a vector of two, not of shape {value.Shape}");

    private static (float Down, float Across) Scales(Value value)
    {
        (float down, float across) = Pair(value, "scale");
        return down > 0 && across > 0 ? (down, across) : throw Failure.Invalid($"scale must be greater than zero, not {down} and {across}");
    }

    private readonly struct Resize : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Filter filter = Filter.Of(node);
            bool antialias = node.Bool("antialias");
            return context =>
            {
                ResizeShape shape = ResizeShape.Of(context);
                (float down, float across) = Scales(context.Input(2));
                (float moveDown, float moveAcross) = Pair(context.Input(3), "translation");
                Span<float> result = context.Allocate(0, [shape.Batch, shape.OutHeight, shape.OutWidth, shape.Channels]).Span<float>();
                result.Clear();
                Spans rows = Spans.Of(context, filter, antialias, shape.OutHeight, shape.Height, down, moveDown);
                Spans columns = Spans.Of(context, filter, antialias, shape.OutWidth, shape.Width, across, moveAcross);
                Span<float> image = context.Scratch<float>(shape.ImageLength);
                Span<float> squeezed = context.Scratch<float>(shape.OutHeight * shape.Width * shape.Channels);
                for (int b = 0; b < shape.Batch; b++)
                {
                    ReadOnlySpan<T> pixels = context.Input(0).Span<T>().Slice(b * shape.ImageLength, shape.ImageLength);
                    for (int i = 0; i < pixels.Length; i++)
                    {
                        image[i] = float.CreateTruncating(pixels[i]);
                    }

                    squeezed.Clear();
                    Apply(rows, image, squeezed, shape.Width * shape.Channels, backwards: false);
                    for (int y = 0; y < shape.OutHeight; y++)
                    {
                        ReadOnlySpan<float> row = squeezed.Slice(y * shape.Width * shape.Channels, shape.Width * shape.Channels);
                        Apply(columns, row, result.Slice(b * shape.OutLength + y * shape.OutRowLength, shape.OutRowLength), shape.Channels, backwards: false);
                    }
                }
            };
        }
    }

    private static Kernel Gradient(GraphOperation node, CpuSession session)
    {
        Filter filter = Filter.Of(node);
        bool antialias = node.Bool("antialias");
        return context =>
        {
            ResizeShape shape = ResizeShape.OfGradient(context);
            (float down, float across) = Scales(context.Input(2));
            (float moveDown, float moveAcross) = Pair(context.Input(3), "translation");
            Span<float> result = context.Allocate(0, context.Input(1).Dimensions).Span<float>();
            result.Clear();
            Spans rows = Spans.Of(context, filter, antialias, shape.OutHeight, shape.Height, down, moveDown);
            Spans columns = Spans.Of(context, filter, antialias, shape.OutWidth, shape.Width, across, moveAcross);
            int rowLength = shape.Width * shape.Channels;
            Span<float> squeezed = context.Scratch<float>(shape.OutHeight * rowLength);
            for (int b = 0; b < shape.Batch; b++)
            {
                ReadOnlySpan<float> gradient = context.Input(0).Span<float>().Slice(b * shape.OutLength, shape.OutLength);
                squeezed.Clear();
                for (int y = 0; y < shape.OutHeight; y++)
                {
                    Apply(columns, gradient.Slice(y * shape.OutRowLength, shape.OutRowLength), squeezed.Slice(y * rowLength, rowLength), shape.Channels, backwards: true);
                }

                Apply(rows, squeezed, result.Slice(b * shape.ImageLength, shape.ImageLength), rowLength, backwards: true);
            }
        };
    }
}
