using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Windows of images and volumes, each put into the channels of one place.</summary>
internal static class PatchKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Extract>("ExtractImagePatches");
        table.Elements<Extract>("ExtractVolumePatches");
    }

    // One spatial dimension.
    private readonly record struct Axis(int Size, int Window, int Stride, int Rate, int Before, int Steps)
    {
        public static Axis Of(long size, long window, long stride, long rate, string padding)
        {
            long reach = (window - 1) * rate + 1;
            long steps = padding == "SAME" ? (size + stride - 1) / stride : System.Math.Max(0, (size - reach + stride) / stride);
            long missing = padding == "SAME" ? System.Math.Max(0, (steps - 1) * stride + reach - size) : 0;
            return padding != "SAME" && size - reach + stride < 0
                ? throw Failure.Invalid($"Computed output size would be negative: a window of {reach} does not fit {size}.")
                : new Axis(checked((int)size), (int)window, (int)stride, (int)rate, (int)(missing / 2), checked((int)steps));
        }

        public int Place(int step, int offset) => step * Stride - Before + offset * Rate;
    }

    private readonly struct Extract : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node)
        {
            int rank = node.Type == "ExtractImagePatches" ? 4 : 5;
            long[] windows = Numbers(node, "ksizes", rank), strides = Numbers(node, "strides", rank);
            long[] rates = node.Attributes.ContainsKey("rates") ? Numbers(node, "rates", rank) : [.. Enumerable.Repeat(1L, rank)];
            string padding = node.String("padding");
            return context =>
            {
                Value images = context.Input(0);
                if (images.Rank != rank)
                {
                    throw Failure.Invalid($"input must be {rank}-dimensional, not {images.Shape}");
                }

                Axis[] axes = [.. Enumerable.Range(1, rank - 2).Select(i => Axis.Of(images.Shape[i], windows[i], strides[i], rates[i], padding))];
                int depth = (int)images.Shape[rank - 1], patch = axes.Aggregate(1, (product, axis) => checked(product * axis.Window));
                Value result = context.Allocate(0, [images.Shape[0], .. axes.Select(axis => (long)axis.Steps), (long)patch * depth]);
                int steps = axes.Aggregate(1, (product, axis) => product * axis.Steps), pixels = axes.Aggregate(1, (product, axis) => product * axis.Size);
                for (int i = 0; i < (int)images.Shape[0] * steps; i++)
                {
                    ReadOnlySpan<T> image = images.Elements<T>().Slice(i / steps * pixels * depth, pixels * depth);
                    Copy(image, axes, i % steps, depth, result.Elements<T>().Slice(i * patch * depth, patch * depth));
                }
            };
        }

        private static void Copy<T>(ReadOnlySpan<T> image, Axis[] axes, int step, int depth, Span<T> target)
        {
            target.Clear();
            for (int i = 0; i < target.Length / depth; i++)
            {
                int offset = i, left = step, at = 0, scale = 1;
                bool inside = true;
                for (int k = axes.Length - 1; k >= 0; k--)
                {
                    Axis axis = axes[k];
                    int place = axis.Place(left % axis.Steps, offset % axis.Window);
                    (offset, left) = (offset / axis.Window, left / axis.Steps);
                    inside &= place >= 0 && place < axis.Size;
                    at += place * scale;
                    scale *= axis.Size;
                }

                if (inside)
                {
                    image.Slice(at * depth, depth).CopyTo(target[(i * depth)..]);
                }
            }
        }

        private static long[] Numbers(GraphOperation node, string name, int rank)
        {
            long[] numbers = [.. node.Ints(name)];
            if (numbers.Length != rank || numbers[0] != 1 || numbers[^1] != 1)
            {
                throw new EngineException(
                    numbers.Length != rank ? StatusCode.InvalidArgument : StatusCode.Unimplemented,
                    $"Only support {name} across space: {rank} numbers, 1 for batch and channels, not [{string.Join(", ", numbers)}]",
                    node.Name);
            }

            return numbers.All(number => number is > 0 and <= int.MaxValue)
                ? numbers
                : throw new EngineException(StatusCode.OutOfRange, $"{name} must be positive, not [{string.Join(", ", numbers)}]", node.Name);
        }
    }
}
