using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Kernels.Array;

namespace ModelSessions.Cpu.Kernels.Image;

/// <summary>Parts of images, given by boxes, resized to one size.</summary>
internal static class CropKernels
{
    public static void Register(KernelTable table)
    {
        table.Numbers<Crop>("CropAndResize", TypeSet.Numbers);
        table.Numbers<BoxGradient>("CropAndResizeGradBoxes", TypeSet.Numbers);
        table.Floats<ImageGradient>("CropAndResizeGradImage", TypeSet.Of(DType.Float16, DType.Float32, DType.Float64));
    }

    private readonly record struct Sizes(int Batch, int Height, int Width, int Depth, int Boxes, int CropHeight, int CropWidth)
    {
        public static Sizes Of(ReadOnlySpan<long> image, Value boxes, Value numbers, long cropHeight, long cropWidth)
        {
            if (image.Length != 4)
            {
                throw Failure.Invalid($"input image must be 4-D, not of {image.Length} dimensions");
            }

            if (image[1] <= 0 || image[2] <= 0 || cropHeight <= 0 || cropWidth <= 0)
            {
                throw Failure.Invalid($"image dimensions must be positive, and crop dimensions must be positive: {image[1]} by {image[2]}, {cropHeight} by {cropWidth}");
            }

            if (!(boxes.LongCount == 0 && numbers.LongCount == 0)
                && (boxes.Rank != 2 || boxes.Dimensions[1] != 4 || numbers.Rank != 1 || numbers.LongCount != boxes.Dimensions[0]))
            {
                throw Failure.Invalid($"boxes must be of shape [n, 4] and box_index of shape [n], not {boxes.Shape} and {numbers.Shape}");
            }

            foreach (int number in numbers.Span<int>())
            {
                if (number < 0 || number >= image[0])
                {
                    throw Failure.OutOfRange($"box_index has values outside [0, batch_size): {number} of {image[0]}");
                }
            }

            return new Sizes(checked((int)image[0]), checked((int)image[1]), checked((int)image[2]), checked((int)image[3]), numbers.Count, checked((int)cropHeight), checked((int)cropWidth));
        }

        public float Row(Box box, int y) => Place(box.Top, box.Bottom, Height, CropHeight, y);

        public float Column(Box box, int x) => Place(box.Left, box.Right, Width, CropWidth, x);

        // A single row or column lies in the middle of the box.
        private static float Place(float from, float to, int size, int crop, int at)
        {
            float scale = crop > 1 ? (to - from) * (size - 1) / (crop - 1) : 0;
            return crop > 1 ? from * (size - 1) + at * scale : (float)(0.5 * (from + to) * (size - 1));
        }

        public int Offset(int image, int y, int x) => ((image * Height + y) * Width + x) * Depth;
    }

    private readonly record struct Box(float Top, float Left, float Bottom, float Right)
    {
        public static Box At(ReadOnlySpan<float> boxes, int index) => new(boxes[4 * index], boxes[4 * index + 1], boxes[4 * index + 2], boxes[4 * index + 3]);
    }

    // The four pixels around a place.
    private readonly record struct Corners(int TopLeft, int TopRight, int BottomLeft, int BottomRight, float Down, float Across)
    {
        public static Corners At(Sizes sizes, int image, float y, float x)
        {
            int top = (int)MathF.Floor(y), bottom = (int)MathF.Ceiling(y), left = (int)MathF.Floor(x), right = (int)MathF.Ceiling(x);
            return new Corners(
                sizes.Offset(image, top, left), sizes.Offset(image, top, right), sizes.Offset(image, bottom, left), sizes.Offset(image, bottom, right), y - top, x - left);
        }
    }

    private static bool IsInside(float place, int size) => place >= 0 && place <= size - 1;

    private static int Nearest(float place) => (int)MathF.Round(place, MidpointRounding.AwayFromZero);

    private readonly struct Crop : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            bool nearest = node.String("method") == "nearest";
            float outside = node.Float("extrapolation_value");
            return context =>
            {
                Value image = context.Input(0), boxes = context.Input(1), numbers = context.Input(2);
                (long height, long width) = ResizeShape.Size(context.Input(3));
                Sizes sizes = Sizes.Of(image.Dimensions, boxes, numbers, height, width);
                ReadOnlySpan<float> corners = boxes.Span<float>();
                if (corners.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
                {
                    throw Failure.Invalid("boxes contains at least one element that is not finite");
                }

                Span<float> result = context.Allocate(0, [sizes.Boxes, height, width, sizes.Depth]).Span<float>();
                int at = 0;
                for (int b = 0; b < sizes.Boxes; b++)
                {
                    Box box = Box.At(corners, b);
                    for (int y = 0; y < sizes.CropHeight; y++)
                    {
                        for (int x = 0; x < sizes.CropWidth; x++, at += sizes.Depth)
                        {
                            Read(sizes, numbers.Span<int>()[b], image.Span<T>(), (sizes.Row(box, y), sizes.Column(box, x)), nearest, outside, result.Slice(at, sizes.Depth));
                        }
                    }
                }
            };
        }

        private static void Read<T>(Sizes sizes, int image, ReadOnlySpan<T> pixels, (float Y, float X) place, bool nearest, float outside, Span<float> target)
            where T : unmanaged, INumber<T>
        {
            if (!IsInside(place.Y, sizes.Height) || !IsInside(place.X, sizes.Width))
            {
                target.Fill(outside);
                return;
            }

            if (nearest)
            {
                int at = sizes.Offset(image, Nearest(place.Y), Nearest(place.X));
                for (int d = 0; d < target.Length; d++)
                {
                    target[d] = float.CreateTruncating(pixels[at + d]);
                }

                return;
            }

            Corners corners = Corners.At(sizes, image, place.Y, place.X);
            for (int d = 0; d < target.Length; d++)
            {
                float topLeft = float.CreateTruncating(pixels[corners.TopLeft + d]), bottomLeft = float.CreateTruncating(pixels[corners.BottomLeft + d]);
                float top = topLeft + (float.CreateTruncating(pixels[corners.TopRight + d]) - topLeft) * corners.Across;
                float bottom = bottomLeft + (float.CreateTruncating(pixels[corners.BottomRight + d]) - bottomLeft) * corners.Across;
                target[d] = top + (bottom - top) * corners.Down;
            }
        }
    }

    private readonly struct ImageGradient : IFloatKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            bool nearest = node.String("method") == "nearest";
            return context =>
            {
                Value gradient = Gradient(context), boxes = context.Input(1), numbers = context.Input(2), size = context.Input(3);
                if (size.Rank != 1 || size.LongCount != 4)
                {
                    throw Failure.Invalid($"image_size must be 1-D and have 4 elements, not {size.Shape}");
                }

                Span<long> shape = stackalloc long[4];
                FillKernels.ReadShape(size, shape);
                Sizes sizes = Sizes.Of(shape, boxes, numbers, gradient.Dimensions[1], gradient.Dimensions[2]);
                CheckGradient(gradient, sizes);
                Span<T> result = context.Allocate(0, shape).Span<T>();
                result.Clear();
                ReadOnlySpan<float> upstream = gradient.Span<float>();
                for (int i = 0, at = 0; i < sizes.Boxes * sizes.CropHeight * sizes.CropWidth; i++, at += sizes.Depth)
                {
                    int b = i / (sizes.CropHeight * sizes.CropWidth);
                    Box box = Box.At(boxes.Span<float>(), b);
                    float y = sizes.Row(box, i / sizes.CropWidth % sizes.CropHeight), x = sizes.Column(box, i % sizes.CropWidth);
                    if (IsInside(y, sizes.Height) && IsInside(x, sizes.Width))
                    {
                        Spread(sizes, numbers.Span<int>()[b], upstream.Slice(at, sizes.Depth), result, (y, x), nearest);
                    }
                }
            };
        }

        private static void Spread<T>(Sizes sizes, int image, ReadOnlySpan<float> upstream, Span<T> result, (float Y, float X) place, bool nearest)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (nearest)
            {
                int at = sizes.Offset(image, Nearest(place.Y), Nearest(place.X));
                for (int d = 0; d < upstream.Length; d++)
                {
                    result[at + d] += T.CreateTruncating(upstream[d]);
                }

                return;
            }

            Corners corners = Corners.At(sizes, image, place.Y, place.X);
            for (int d = 0; d < upstream.Length; d++)
            {
                float top = (1 - corners.Down) * upstream[d], bottom = corners.Down * upstream[d];
                result[corners.TopLeft + d] += T.CreateTruncating((1 - corners.Across) * top);
                result[corners.TopRight + d] += T.CreateTruncating(corners.Across * top);
                result[corners.BottomLeft + d] += T.CreateTruncating((1 - corners.Across) * bottom);
                result[corners.BottomRight + d] += T.CreateTruncating(corners.Across * bottom);
            }
        }
    }

    private static Value Gradient(KernelContext context) => context.Input(0) is { Rank: 4 } gradient
        ? gradient
        : throw Failure.Invalid($"grads image must be 4-D, not {context.Input(0).Shape}");

    private static void CheckGradient(Value gradient, Sizes sizes)
    {
        if (gradient.Dimensions[0] != sizes.Boxes || gradient.Dimensions[3] != sizes.Depth)
        {
            throw Failure.Invalid($"boxes and grads have incompatible shape: {gradient.Shape} for {sizes.Boxes} boxes of depth {sizes.Depth}");
        }
    }

    private readonly struct BoxGradient : INumberKernel
    {
        public static Kernel Create<T>(GraphOperation node)
            where T : unmanaged, INumber<T>, IMinMaxValue<T> => context =>
            {
                Value gradient = Gradient(context), image = context.Input(1), boxes = context.Input(2), numbers = context.Input(3);
                Sizes sizes = Sizes.Of(image.Dimensions, boxes, numbers, gradient.Dimensions[1], gradient.Dimensions[2]);
                CheckGradient(gradient, sizes);
                Span<float> result = context.Allocate(0, [sizes.Boxes, 4]).Span<float>();
                result.Clear();
                ReadOnlySpan<float> upstream = gradient.Span<float>();
                float down = Ratio(sizes.Height, sizes.CropHeight), across = Ratio(sizes.Width, sizes.CropWidth);
                for (int i = 0, at = 0; i < sizes.Boxes * sizes.CropHeight * sizes.CropWidth; i++, at += sizes.Depth)
                {
                    int b = i / (sizes.CropHeight * sizes.CropWidth), row = i / sizes.CropWidth % sizes.CropHeight, column = i % sizes.CropWidth;
                    Box box = Box.At(boxes.Span<float>(), b);
                    float y = sizes.Row(box, row), x = sizes.Column(box, column);
                    if (!IsInside(y, sizes.Height) || !IsInside(x, sizes.Width))
                    {
                        continue;
                    }

                    (float slopeY, float slopeX) = Slopes(image.Span<T>(), Corners.At(sizes, numbers.Span<int>()[b], y, x), upstream.Slice(at, sizes.Depth));
                    Span<float> target = result.Slice(4 * b, 4);
                    (float first, float second) = Shares(sizes.Height, sizes.CropHeight, row * down);
                    target[0] += slopeY * first;
                    target[2] += slopeY * second;
                    (first, second) = Shares(sizes.Width, sizes.CropWidth, column * across);
                    target[1] += slopeX * first;
                    target[3] += slopeX * second;
                }
            };

        private static float Ratio(int size, int crop) => crop > 1 ? (float)(size - 1) / (crop - 1) : 0;

        // How far a place moves with the two sides of the box.
        private static (float First, float Second) Shares(int size, int crop, float place) =>
            crop > 1 ? (size - 1 - place, place) : (0.5f * (size - 1), 0.5f * (size - 1));

        private static (float Y, float X) Slopes<T>(ReadOnlySpan<T> pixels, Corners corners, ReadOnlySpan<float> upstream)
            where T : unmanaged, INumber<T>
        {
            float y = 0, x = 0;
            for (int d = 0; d < upstream.Length; d++)
            {
                float topLeft = float.CreateTruncating(pixels[corners.TopLeft + d]), topRight = float.CreateTruncating(pixels[corners.TopRight + d]);
                float bottomLeft = float.CreateTruncating(pixels[corners.BottomLeft + d]), bottomRight = float.CreateTruncating(pixels[corners.BottomRight + d]);
                y += upstream[d] * ((1 - corners.Across) * (bottomLeft - topLeft) + corners.Across * (bottomRight - topRight));
                x += upstream[d] * ((1 - corners.Down) * (topRight - topLeft) + corners.Down * (bottomRight - bottomLeft));
            }

            return (y, x);
        }
    }
}
