using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Windows of images, which may reach over the edge.</summary>
internal static class GlimpseKernels
{
    public static void Register(KernelTable table)
    {
        table.Add("ExtractGlimpse", Extract);
        table.Add("ExtractGlimpseV2", Extract);
    }

    private delegate void Filler(ReadOnlySpan<float> image, int channels, Span<float> target);

    private static Kernel Extract(GraphOperation node, CpuSession session)
    {
        bool normalized = node.Bool("normalized"), centered = node.Bool("centered"), first = node.Type == "ExtractGlimpse";
        Filler fill = FillerOf(node);
        return context =>
        {
            Value images = context.Input(0), size = context.Input(1), offsets = context.Input(2);
            if (images.Rank != 4 || size.Rank != 1 || size.LongCount != 2)
            {
                throw Failure.Invalid($"input must be 4-dimensional (batch_size, height, width, depth), size a vector of size 2, not {images.Shape} and {size.Shape}");
            }

            if (offsets.Rank != 2 || offsets.Dimensions[0] != images.Dimensions[0] || offsets.Dimensions[1] != 2)
            {
                throw Failure.Invalid($"offsets must be a matrix of batch_size rows (y, x), not {offsets.Shape}");
            }

            (int height, int width) = ((int)images.Dimensions[1], (int)images.Dimensions[2]);
            (int rows, int columns) = ((int)size.Integer(0), (int)size.Integer(1));
            if (rows < 0 || columns < 0)
            {
                throw Failure.Invalid($"size must not be negative: {rows} by {columns}");
            }

            Value result = context.Allocate(0, [images.Dimensions[0], rows, columns, images.Dimensions[3]]);
            int channels = (int)images.Dimensions[3];
            ReadOnlySpan<float> places = offsets.Span<float>();
            for (int b = 0; b < images.Dimensions[0] && result.LongCount > 0; b++)
            {
                int top = Place(places[2 * b], height, rows, normalized, centered, first), left = Place(places[2 * b + 1], width, columns, normalized, centered, first);
                Window window = new(height, width, channels, rows, columns, top, left);
                window.Copy(images.Span<float>().Slice(b * height * width * channels, height * width * channels), result.Span<float>().Slice(b * rows * columns * channels, rows * columns * channels), fill);
            }
        };
    }

    // Offsets are of a window's middle; for the second version only where they count from the image's middle in parts of it, else of its corner.
    private static int Place(float offset, int size, int window, bool normalized, bool centered, bool first)
    {
        float place = normalized ? offset * size : offset;
        if (centered)
        {
            place = (normalized || first ? place / 2 : place) + size / 2f;
        }

        place -= first || (normalized && centered) ? window / 2f : 0;
        return (int)System.Math.Clamp((double)place, int.MinValue / 2, int.MaxValue / 2);
    }

    private static Filler FillerOf(GraphOperation node)
    {
        string noise = node.String("noise");
        bool uniform = node.Bool("uniform_noise");
        return noise switch
        {
            _ when uniform && noise is not ("" or "uniform") =>
                throw new EngineException(StatusCode.InvalidArgument, "The uniform_noise and noise could not be specified at the same time", node.Name),
            "zero" => (_, _, target) => target.Clear(),
            "gaussian" => Normal,
            "uniform" => Uniform,
            "" => uniform ? Uniform : Normal,
            _ => throw new EngineException(StatusCode.InvalidArgument, $"The noise could only be uniform, gaussian, or zero, got {noise}", node.Name),
        };
    }

    // TensorFlow's numbers are those of chance as well: they are not repeatable.
    private static void Uniform(ReadOnlySpan<float> image, int channels, Span<float> target)
    {
        float least = System.Numerics.Tensors.TensorPrimitives.Min(image), range = System.Numerics.Tensors.TensorPrimitives.Max(image) - least;
        foreach (ref float value in target)
        {
            value = least + System.Random.Shared.NextSingle() * range;
        }
    }

    private static void Normal(ReadOnlySpan<float> image, int channels, Span<float> target)
    {
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0, least = double.PositiveInfinity, most = double.NegativeInfinity;
            for (int i = c; i < image.Length; i += channels)
            {
                sum += image[i];
                squares += (double)image[i] * image[i];
                (least, most) = (System.Math.Min(least, image[i]), System.Math.Max(most, image[i]));
            }

            int count = image.Length / channels;
            double mean = sum / count, sigma = System.Math.Sqrt(System.Math.Max(0, squares / count - mean * mean));
            for (int i = c; i < target.Length; i += channels)
            {
                double normal = System.Math.Sqrt(-2 * System.Math.Log(1 - System.Random.Shared.NextDouble())) * System.Math.Cos(2 * System.Math.PI * System.Random.Shared.NextDouble());
                target[i] = (float)System.Math.Max(least, System.Math.Min(most, mean + sigma * normal));
            }
        }
    }

    private readonly record struct Window(int Height, int Width, int Channels, int Rows, int Columns, int Top, int Left)
    {
        public void Copy(ReadOnlySpan<float> image, Span<float> target, Filler fill)
        {
            if (Top < 0 || Left < 0 || Top + Rows >= Height || Left + Columns >= Width)
            {
                fill(image, Channels, target);
            }

            int first = System.Math.Max(0, Left), last = System.Math.Min(Width, Left + Columns);
            for (int y = 0; y < Rows && first < last; y++)
            {
                int from = Top + y;
                if (from >= 0 && from < Height)
                {
                    image.Slice((from * Width + first) * Channels, (last - first) * Channels).CopyTo(target[((y * Columns + first - Left) * Channels)..]);
                }
            }
        }
    }
}
