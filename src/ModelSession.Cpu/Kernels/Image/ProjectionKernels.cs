using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Images seen through a projective transform.</summary>
internal static class ProjectionKernels
{
    public static void Register(KernelTable table)
    {
        TypeSet types = TypeSet.Floats | TypeSet.Of(DType.Int32, DType.Int64, DType.UInt8);
        table.Numbers<Transform>("ImageProjectiveTransformV2", types, "dtype");
        table.Numbers<Transform>("ImageProjectiveTransformV3", types, "dtype");
    }

    private delegate float Wrap(float place, int size);

    private static Wrap WrapOf(GraphOperation node) => node.String("fill_mode") switch
    {
        "REFLECT" => Reflect,
        "WRAP" => Around,
        "CONSTANT" => (place, _) => place,
        "NEAREST" => Limit,
        string other => throw new EngineException(StatusCode.InvalidArgument, $"Invalid mode {other}, supported modes are REFLECT, WRAP, CONSTANT, NEAREST", node.Name),
    };

    private static float Limit(float place, int size) => MathF.Min(MathF.Max(place, 0), size - 1);

    // [abcd] to [dcba|abcd|dcba].
    private static float Reflect(float place, int size)
    {
        float twice = 2f * size;
        if (place < 0)
        {
            place = size <= 1 ? 0 : place < twice ? twice * (long)(-place / twice) + place : place;
            place = size <= 1 ? 0 : place < -size ? place + twice : -place - 1;
        }
        else if (place > size - 1)
        {
            place = size <= 1 ? 0 : place - twice * (long)(place / twice);
            place = place >= size ? twice - place - 1 : place;
        }

        return Limit(place, size);
    }

    // [abcd] to [abcd|abcd|abcd].
    private static float Around(float place, int size)
    {
        if (place < 0)
        {
            place = size <= 1 ? 0 : place + size * ((long)(-place / (size - 1)) + 1f);
        }
        else if (place > size - 1)
        {
            place = size <= 1 ? 0 : place - size * (float)(long)(place / (size - 1));
        }

        return Limit(place, size);
    }

    private readonly struct Transform : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Wrap wrap = WrapOf(node);
            bool nearest = node.String("interpolation") switch
            {
                "NEAREST" => true,
                "BILINEAR" => false,
                string other => throw new EngineException(StatusCode.InvalidArgument, $"Invalid interpolation {other}, supported are NEAREST and BILINEAR", node.Name),
            };
            return context =>
            {
                Value images = context.Input(0), transforms = context.Input(1);
                if (images.Rank != 4)
                {
                    throw Failure.Invalid("Input images must have rank 4");
                }

                if (transforms.Rank != 2 || transforms.Dimensions[1] != 8 || (transforms.Dimensions[0] != images.Dimensions[0] && transforms.Dimensions[0] != 1))
                {
                    throw Failure.Invalid($"Input transform should be num_images x 8 or 1 x 8, not {transforms.Shape} for {images.Dimensions[0]} images");
                }

                (long height, long width) = ResizeShape.Size(context.Input(2));
                if (height <= 0 || width <= 0)
                {
                    throw Failure.Invalid($"new dimensions must be positive, not {height} by {width}");
                }

                T fill = context.InputCount > 3 ? T.CreateSaturating(context.Input(3).Scalar<float>()) : T.Zero;
                ReadOnlySpan<long> size = images.Dimensions;
                Value result = context.Allocate(0, [size[0], height, width, size[3]]);
                ResizeShape shape = new((int)size[0], (int)size[1], (int)size[2], (int)size[3], (int)height, (int)width);
                context.Workers.For(shape.Batch * shape.OutHeight, new Rows<T>(shape, images.Span<T>(), transforms.Span<float>(), result.Span<T>(), wrap, nearest, fill));
            };
        }
    }

    private readonly ref struct Rows<T>(
        ResizeShape shape, ReadOnlySpan<T> images, ReadOnlySpan<float> transforms, Span<T> result, Wrap wrap, bool nearest, T fill) : IParallelBody
        where T : unmanaged, INumber<T>
    {
        private readonly ReadOnlySpan<T> _images = images;
        private readonly ReadOnlySpan<float> _transforms = transforms;
        private readonly Span<T> _result = result;

        public void Run(int index, int slot)
        {
            int number = index / shape.OutHeight, y = index % shape.OutHeight;
            ReadOnlySpan<float> t = _transforms.Length == 8 ? _transforms : _transforms.Slice(8 * number, 8);
            ReadOnlySpan<T> image = _images.Slice(number * shape.ImageLength, shape.ImageLength);
            for (int x = 0; x < shape.OutWidth; x++)
            {
                Span<T> target = _result.Slice(index * shape.OutRowLength + x * shape.Channels, shape.Channels);
                float projection = t[6] * x + t[7] * y + 1;
                float column = wrap((t[0] * x + t[1] * y + t[2]) / projection, shape.Width);
                float row = wrap((t[3] * x + t[4] * y + t[5]) / projection, shape.Height);
                // Up to a pixel outside of the image its edge still has a part.
                if (projection == 0 || !(column >= -1 && column <= shape.Width && row >= -1 && row <= shape.Height))
                {
                    target.Fill(fill);
                }
                else
                {
                    Read(image, row, column, target);
                }
            }
        }

        private void Read(ReadOnlySpan<T> image, float row, float column, Span<T> target)
        {
            for (int c = 0; c < target.Length; c++)
            {
                if (nearest)
                {
                    target[c] = At(image, (int)MathF.Round(row, MidpointRounding.AwayFromZero), (int)MathF.Round(column, MidpointRounding.AwayFromZero), c);
                    continue;
                }

                int top = (int)MathF.Floor(row), left = (int)MathF.Floor(column);
                float right = left + 1 - column, upper = Mix(image, top, left, c, right, column), lower = Mix(image, top + 1, left, c, right, column);
                target[c] = T.CreateTruncating((top + 1 - row) * upper + (row - top) * lower);
            }
        }

        private float Mix(ReadOnlySpan<T> image, int y, int left, int c, float right, float column) =>
            right * float.CreateTruncating(At(image, y, left, c)) + (column - left) * float.CreateTruncating(At(image, y, left + 1, c));

        private T At(ReadOnlySpan<T> image, int y, int x, int c) =>
            y >= 0 && y < shape.Height && x >= 0 && x < shape.Width ? image[(y * shape.Width + x) * shape.Channels + c] : fill;
    }
}
